/** The tables of Marsaglia's and Tsang's ziggurat method, in float32 as Go keeps them. */
import { exp, log } from "../math/exponential.ts";

/** Layers of equal area under a density: where drawn integers are inside, their widths, and the density at their edges. */
export interface Ziggurat {
  readonly inside: Uint32Array;
  readonly widths: Float32Array;
  readonly densities: Float32Array;
}

interface Shape {
  readonly layers: number;
  /** Where the tail begins. */
  readonly edge: number;
  /** The area of each layer. */
  readonly area: number;
  /** How many integers are drawn from. */
  readonly range: number;
  readonly density: (x: number) => number;
  readonly inverse: (y: number) => number;
}

function build({ layers, edge, area, range, density, inverse }: Shape): Ziggurat {
  const inside = new Uint32Array(layers);
  const widths = new Float32Array(layers);
  const densities = new Float32Array(layers);
  const base = area / density(edge);
  let x = edge;
  inside[0] = (edge / base) * range;
  widths[0] = base / range;
  densities[0] = 1;
  widths[layers - 1] = edge / range;
  densities[layers - 1] = density(edge);
  for (let layer = layers - 2; layer >= 1; layer--) {
    const next = inverse(area / x + density(x));
    inside[layer + 1] = (next / x) * range;
    x = next;
    densities[layer] = density(x);
    widths[layer] = x / range;
  }
  return { inside, widths, densities };
}

/** Where the tail of the normal distribution begins. */
export const NORMAL_EDGE = 3.442619855899;

/** Where the tail of the exponential distribution begins. */
export const EXPONENTIAL_EDGE = 7.69711747013105;

let normal: Ziggurat | undefined;
let exponential: Ziggurat | undefined;

/** The tables of the normal distribution. */
export function normalZiggurat(): Ziggurat {
  normal ??= build({
    layers: 128,
    edge: NORMAL_EDGE,
    area: 9.91256303526217e-3,
    range: 2 ** 31,
    density: (x) => exp(-0.5 * x * x),
    inverse: (y) => Math.sqrt(-2 * log(y)),
  });
  return normal;
}

/** The tables of the exponential distribution. */
export function exponentialZiggurat(): Ziggurat {
  exponential ??= build({
    layers: 256,
    edge: EXPONENTIAL_EDGE,
    area: 3.949659822581572e-3,
    range: 2 ** 32,
    density: (x) => exp(-x),
    inverse: (y) => -log(y),
  });
  return exponential;
}
