import { SpellError, type SourcePosition } from "../contract/errors.ts";
import { PARAMETER_TYPES, type Manifest, type ParameterDefinition } from "../contract/manifest.ts";
import { shape, oneOf, type Parsed, record, v, value as anyValue } from "../contract/schema.ts";
import type { Value } from "../contract/value.ts";
import { fitsScripts, hasType, isSameValue, TYPE_NAMES } from "./parameter-value.ts";
import { parseYaml, readYaml, type CheckedYaml } from "./read-yaml.ts";
import { positionAt, type YamlPath } from "./yaml-path.ts";
import type { YamlSource } from "./yaml-tree.ts";

/** The names that a manifest may use. */
export interface ManifestCatalogue {
  readonly bridges: readonly string[];
  readonly engines: readonly string[];
}

const PARAMETER_NAME = /^[A-Za-z_][A-Za-z0-9_-]*$/;
const SPELL_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]*(\/[A-Za-z0-9][A-Za-z0-9._-]*)*$/;
/** Relative, below the folder, `/` between the parts. */
const MAIN_PATH = /^(?!.*(^|\/)\.\.(\/|$))[^/\\:][^\\:]*$/;

/** The schema of spell.yaml. */
export function manifestSchema({ bridges, engines }: ManifestCatalogue) {
  const parameterName = v.pipe(
    v.string(),
    v.regex(PARAMETER_NAME, "a parameter's name must be letters, digits, _ and -, with no digit in front"),
  );
  const main = v.pipe(
    v.string(),
    v.regex(MAIN_PATH, "must be a path below the spell's folder, with / between its parts"),
  );
  const type = oneOf(PARAMETER_TYPES);
  const parameter = shape({
    type,
    required: v.optional(v.boolean()),
    default: v.optional(anyValue()),
    enum: v.optional(v.pipe(v.array(anyValue()), v.minLength(1))),
    description: v.optional(v.string()),
  });
  return shape({
    name: v.optional(v.pipe(v.string(), v.regex(SPELL_NAME, "must be letters, digits, dots, _ and -"))),
    version: v.optional(v.string()),
    description: v.optional(v.string()),
    engine: v.optional(oneOf(engines as [string, ...string[]])),
    main: v.optional(main),
    needs: v.optional(v.array(oneOf(bridges as [string, ...string[]]))),
    parameters: v.optional(record(v.union([type, parameter]), parameterName)),
  });
}

type WrittenParameter = NonNullable<Parsed<ReturnType<typeof manifestSchema>>["parameters"]>[string];

/** Reads a spell.yaml. Throws `spell.manifest` with the place of the first fault. */
export async function readManifest(source: YamlSource, catalogue: ManifestCatalogue): Promise<Manifest> {
  const checked = await readYaml(source, manifestSchema(catalogue), "spell.manifest");
  const { name, version = "", description = "", engine, main, needs = [], parameters } = checked.value;
  return {
    version,
    description,
    needs,
    ...(name === undefined ? {} : { name }),
    ...(engine === undefined ? {} : { engine }),
    ...(main === undefined ? {} : { main: main.replace(/^\.\//, "") }),
    ...(parameters === undefined ? {} : { parameters: readParameters(parameters, checked) }),
  };
}

/** Where a spell.yaml says something. */
export async function placeInManifest(source: YamlSource, path: YamlPath): Promise<SourcePosition> {
  return positionAt(await parseYaml(source, "spell.manifest"), path);
}

function readParameters(
  written: Readonly<Record<string, WrittenParameter>>,
  checked: CheckedYaml<unknown>,
): Record<string, ParameterDefinition> {
  const parameters: Record<string, ParameterDefinition> = Object.create(null);
  for (const [name, parameter] of Object.entries(written)) {
    parameters[name] =
      typeof parameter === "string"
        ? { type: parameter, required: false, description: "" }
        : readParameter(["parameters", name], parameter, checked);
  }
  return parameters;
}

function readParameter(
  path: YamlPath,
  written: Exclude<WrittenParameter, string>,
  checked: CheckedYaml<unknown>,
): ParameterDefinition {
  const { type, required = false, description = "" } = written;
  const fail = (key: string, message: string, index: readonly number[] = []): never => {
    throw new SpellError("spell.manifest", message, { position: checked.positionOf([...path, key, ...index]) });
  };
  const place = path.join(".");
  const allowed = written.enum;
  for (const [index, item] of (allowed ?? []).entries()) {
    if (!hasType(item, type))
      fail("enum", `${place}.enum[${index}] must be ${TYPE_NAMES[type]}, as its type is ${type}`, [index]);
    if (!fitsScripts(item)) fail("enum", `${place}.enum[${index}] does not fit into 64 bits`, [index]);
  }
  const fallback: Value | undefined = written.default;
  if (fallback !== undefined) {
    if (required) fail("required", `${place} is required and has a default; keep one of them`);
    if (!hasType(fallback, type))
      fail("default", `${place}.default must be ${TYPE_NAMES[type]}, as its type is ${type}`);
    if (!fitsScripts(fallback)) fail("default", `${place}.default does not fit into 64 bits`);
    if (allowed !== undefined && !allowed.some((item) => isSameValue(item, fallback))) {
      fail("default", `${place}.default is not among its enum`);
    }
  }
  return {
    type,
    required,
    description,
    ...(fallback === undefined ? {} : { default: fallback }),
    ...(allowed === undefined ? {} : { enum: allowed }),
  };
}
