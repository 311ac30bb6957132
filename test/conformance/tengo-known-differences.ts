/** Cases of the reference that this implementation answers otherwise, each with the reason. */
export const KNOWN_DIFFERENCES: Readonly<Record<string, string>> = {};
