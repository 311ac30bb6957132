/** The command that starts this program again: the binary alone, or in development Bun with the entry's path. */
export function selfCommand(): readonly string[] {
  const isCompiled = Bun.main.startsWith("/$bunfs/") || Bun.main.includes("~BUN");
  return isCompiled ? [process.execPath] : [process.execPath, Bun.main];
}
