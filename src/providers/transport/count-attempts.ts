import type { AttemptLog } from "../../contract/provider.ts";

/** What fetch says of a connection that broke when it stood already: the server may have taken the question. */
const BROKEN: readonly unknown[] = ["ECONNRESET", "EPIPE", "Malformed_HTTP_Response"];

/** The same fetch, which tells of each attempt, and of those that came to nothing before any answer. */
export function countAttempts(inner: typeof fetch, attempts: AttemptLog | undefined): typeof fetch {
  if (attempts === undefined) return inner;
  const counted = async (...[input, init]: Parameters<typeof fetch>): Promise<Response> => {
    attempts.sent();
    try {
      const response = await inner(input, init);
      if (!response.ok) attempts.refused();
      return response;
    } catch (error) {
      // Where it was given up, nobody knows how far the server is.
      if (init?.signal?.aborted !== true && !BROKEN.includes((error as { code?: unknown }).code)) attempts.refused();
      throw error;
    }
  };
  return counted as typeof fetch;
}
