/**
 * Secrets: read from the environment, a file or the system's keychain before a run, and put into a header at the
 * choke point when it leaves for a host that they are bound to. No value goes anywhere else from here, but to the
 * redactor that keeps it out of what a spell and a person see.
 */
export { hostMatches } from "./host-matches.ts";
export { MIN_SECRET_LENGTH, openSecrets, SecretStore } from "./secret-store.ts";
