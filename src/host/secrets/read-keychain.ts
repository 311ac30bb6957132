/** How long the keychain may take, in ms: it may ask the person for a password. */
const PATIENCE_MS = 60_000;

/** What the keychain of a system is asked with, for an entry `service/account`. */
const PROGRAMS: Readonly<Record<string, (service: string, account: string) => readonly string[]>> = {
  linux: (service, account) => ["secret-tool", "lookup", "service", service, "account", account],
  darwin: (service, account) => ["security", "find-generic-password", "-s", service, "-a", account, "-w"],
};

/** A value, or why there is none; the reason completes "The secret … has no value: ". */
export type Found = { readonly value: string } | { readonly reason: string };

/** An entry of the system's keychain, named `service/account`, or `account` alone for the service `llmspell`. */
export async function readKeychain(name: string): Promise<Found> {
  const slash = name.indexOf("/");
  const [service, account] = slash < 0 ? ["llmspell", name] : [name.slice(0, slash), name.slice(slash + 1)];
  const command = PROGRAMS[process.platform]?.(service, account);
  if (command === undefined) return { reason: `no keychain is known on ${process.platform}` };
  // What begins with a dash would be taken for an option.
  if (service === "" || account === "" || service.startsWith("-") || account.startsWith("-")) {
    return { reason: `"${name}" names no entry of the keychain` };
  }
  const [program = "", ...rest] = command;
  const path = Bun.which(program);
  if (path === null) return { reason: `the keychain is read by the program ${program}, which is not installed` };
  const child = Bun.spawn([path, ...rest], {
    stdin: "ignore",
    stdout: "pipe",
    stderr: "ignore",
    timeout: PATIENCE_MS,
    killSignal: "SIGKILL",
  });
  const text = await child.stdout.text();
  const status = await child.exited;
  const value = text.replace(/\n$/, "");
  if (status === 0 && value !== "") return { value };
  return { reason: `the keychain has no entry with the service "${service}" and the account "${account}"` };
}
