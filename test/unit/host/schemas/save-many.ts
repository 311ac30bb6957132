/** A process of its own, for tests: saves so many versions of "bird" in a file, and prints their numbers as JSON. */
import { openSchemaFiles } from "../../../../src/host/index.ts";

const [file = "", owner = "", count = "0"] = process.argv.slice(2);
const schemas = await openSchemaFiles().schemaFiles.open(file);
const numbers: number[] = [];
for (let index = 0; index < Number(count); index++) {
  numbers.push(schemas.add("bird", JSON.stringify(`${owner}-${index}`), owner));
}
await Bun.write(Bun.stdout, JSON.stringify(numbers));
