/** The other face of the binary: one spell's process. In a file of its own, so that it loads nothing of the broker. */
export { runSpellProcess } from "../isolation/child.ts";
