/** The protocol demands a number. Every model offers that many. */
export const DEFAULT_MAX_TOKENS = 4096;
