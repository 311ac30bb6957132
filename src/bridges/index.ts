/**
 * THE LIST of bridges: the script modules. One file (or folder) a module, one line here; what differs stands
 * on the item. A bridge touches nothing of the world but by the effects that its call is given.
 */
export { env } from "./env.ts";
export { files } from "./files.ts";
export { http } from "./http.ts";
export { json } from "./json.ts";
export { llm } from "./llm.ts";
export { log } from "./log.ts";
export { shell } from "./shell.ts";
export { model } from "./model.ts";
export { pool } from "./pool.ts";
export { provider } from "./provider.ts";
export { schema } from "./schema.ts";
export { secret } from "./secret.ts";
export { spell } from "./spell.ts";
export { state } from "./state.ts";
export { time } from "./time.ts";
