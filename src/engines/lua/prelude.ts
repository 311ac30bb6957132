import { compilePrelude } from "./prelude.macro.ts" with { type: "macro" };

/** The prelude's bytecode in base64, compiled when the binary is built. */
export const PRELUDE_BYTECODE: string = compilePrelude();
