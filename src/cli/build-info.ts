/** Baked in by build.ts; from the source they are what stands here. */
declare const LLMSPELL_VERSION: string | undefined;
declare const LLMSPELL_COMMIT: string | undefined;

/** The version in package.json. */
export const VERSION: string = typeof LLMSPELL_VERSION === "string" ? LLMSPELL_VERSION : "0.0.0-dev";

/** The commit that the binary was built from. */
export const COMMIT: string = typeof LLMSPELL_COMMIT === "string" ? LLMSPELL_COMMIT : "source";
