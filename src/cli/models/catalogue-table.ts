import type { CatalogueModel } from "../../contract/catalogue.ts";
import { printable } from "../printable.ts";
import { formatTable } from "../table.ts";

const SHOWN = ["tools", "vision", "audio", "files", "thinking"] as const;

/** Models of the catalogue as a table; what nobody knows is empty. */
export function catalogueTable(models: readonly CatalogueModel[]): string {
  const rows = models.map(({ name, contextLength, price, cutOff, abilities, deprecated }) => [
    printable(name),
    contextLength === undefined ? "" : String(contextLength),
    price === undefined ? "" : `${price.input}${price.varies ? "+" : ""}`,
    price === undefined ? "" : String(price.output),
    cutOff ?? "",
    [...SHOWN.filter((ability) => abilities[ability]), ...(deprecated ? ["(deprecated)"] : [])].join(" "),
  ]);
  return formatTable([["MODEL", "CONTEXT", "$/M IN", "$/M OUT", "CUT-OFF", "CAN"], ...rows]);
}
