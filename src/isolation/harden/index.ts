/**
 * The operating system's layers around a spell's process: applied by the process itself when its engine is
 * loaded and nothing of the script has run, and tried out by `llmspell doctor`. One file a layer. From then on
 * the process can open nothing: what an engine has not loaded by then (a lazy import, an asset) it never gets.
 * Which layers a run needs is the profile's to say; nothing here knows of profiles but the three words of
 * `isolation.hardening`.
 *
 * Landlock binds one thread, and a process that runs JavaScript has several. Of the three ways out, two are here:
 * version 8 of its interface (Linux 7.0) binds all threads in one call, and on older kernels each thread is sent a
 * signal in whose handler it binds itself, as libcap and setuid do it (bind-threads.ts). The third, to bind the
 * first thread and have it execute the same binary again, starts Bun twice: in 80 rounds taking turns `run hello` took
 * 40.5 ms without Landlock, 38.7 with the signals (no difference but noise: 0.6 ms in the child, while the broker has
 * work of its own) and 43.9 with a second execution. And such a process would have to go on being able to execute the
 * binary and to read the C library, the loader's cache and what Bun looks for in /proc and /sys; bound when all of
 * that is over, it needs no path, and the rules are empty. So Landlock is not left to profiles that pay for it.
 */
export { LAYERS, harden } from "./harden.ts";
export { probe } from "./probe.ts";
