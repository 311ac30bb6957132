import { pathText } from "./place.ts";

/** Why a schema is none, and where in it: a JSON Pointer. */
export class SchemaFault extends Error {
  constructor(
    readonly pointer: string,
    message: string,
  ) {
    super(message);
  }

  /** `properties.age.type`; empty for the schema itself. */
  get path(): string {
    const steps = this.pointer.split("/").slice(1);
    return pathText(
      steps.map((step) => (/^\d{1,9}$/.test(step) ? Number(step) : step.replaceAll("~1", "/").replaceAll("~0", "~"))),
    );
  }
}
