/** Ctrl-C and SIGTERM end the run in order; a second one ends everything at once. */
export function catchInterrupts(): { readonly signal: AbortSignal; readonly stop: () => void } {
  const controller = new AbortController();
  const names = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  const onSignal = (name: (typeof names)[number]) => {
    if (!controller.signal.aborted) return controller.abort();
    stop();
    process.kill(process.pid, name);
  };
  const stop = () => {
    for (const name of names) process.off(name, onSignal);
  };
  for (const name of names) process.on(name, onSignal);
  return { signal: controller.signal, stop };
}
