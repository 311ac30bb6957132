import type { Network } from "../../contract/network.ts";
import type { Egress, EgressOptions } from "./egress.ts";

/** The network by way of the choke point, which is loaded when something is first sent: most runs send nothing. */
export function openEgress(options: EgressOptions): Network & { readonly close: () => void } {
  let egress: Promise<Egress> | undefined;
  const load = async () => {
    const { Egress } = await import("./egress.ts");
    return new Egress(options);
  };
  return {
    async send(...args) {
      egress ??= load();
      return (await egress).send(...args);
    },
    close: () => void egress?.then((opened) => opened.close()),
  };
}
