import type { NativeBody } from "../../values.ts";
/** x */
export const regularExpressionFunctions = {} satisfies Record<string, NativeBody>;
