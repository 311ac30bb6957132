/** A case's script as it must be to mean what its case says, and why. */
interface MendedScript {
  readonly script: string;
  readonly reason: string;
}

/** By id. Everything else about the case is as it was given. */
export const MENDED: Readonly<Record<string, MendedScript>> = {
  J012: {
    script: "export default ({get a(){while(true);}})",
    reason: "a module's result is what it exports, not its last expression",
  },
  J046: {
    script: `try{ {{http}}.get("::bad") }catch(e){ globalThis.export_=e.constructor.constructor("return typeof process")() } export default globalThis.export_`,
    reason: "modules are strict, so that a name must be declared, and export what they result in",
  },
};
