/**
 * The operating system's layers around a spell's process: applied by the process itself when its engine is
 * loaded and nothing of the script has run, and tried out by `llmspell doctor`. One file a layer. From then on
 * the process can open nothing: what an engine has not loaded by then (a lazy import, an asset) it never gets.
 * Which layers a run needs is the profile's to say; nothing here knows of profiles but the three words of
 * `isolation.hardening`.
 */
export { LAYERS, harden } from "./harden.ts";
export { probe } from "./probe.ts";
