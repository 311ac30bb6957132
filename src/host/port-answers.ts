/** Whether something on this machine or elsewhere accepts connections there, as far as it says so in time. Far cheaper than a request. */
export async function portAnswers(url: string, timeoutMs: number): Promise<boolean> {
  const { hostname, port, protocol } = new URL(url);
  const answer = Promise.withResolvers<boolean>();
  const timer = setTimeout(() => answer.resolve(false), timeoutMs);
  Bun.connect({
    hostname,
    port: Number(port || (protocol === "https:" ? 443 : 80)),
    socket: {
      open(socket) {
        answer.resolve(true);
        socket.end();
      },
      data() {},
      connectError: () => answer.resolve(false),
      error: () => answer.resolve(false),
    },
  }).catch(() => answer.resolve(false));
  const result = await answer.promise;
  clearTimeout(timer);
  return result;
}
