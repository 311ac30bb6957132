/** The longest that is waited between two attempts, in ms: OpenAI's SDK takes nothing beyond for a wish. */
const LONGEST_PAUSE = 60_000;

/** Beyond a day nobody means it, in ms. */
const DAY = 24 * 60 * 60 * 1000;

/**
 * Milliseconds that a server asks to wait, from `retry-after-ms` or `retry-after` (seconds or a date). Undefined where
 * it says nothing, or what nobody can mean: no number, less than nothing, more than a day.
 */
export function retryAfter(headers: Headers | undefined): number | undefined {
  const milliseconds = headers?.get("retry-after-ms");
  if (milliseconds) {
    const pause = sensible(Number(milliseconds));
    if (pause !== undefined) return pause;
  }
  const given = headers?.get("retry-after");
  if (!given) return undefined;
  const seconds = Number(given);
  return sensible(Number.isNaN(seconds) ? Date.parse(given) - Date.now() : seconds * 1000);
}

function sensible(pause: number): number | undefined {
  return pause >= 0 && pause <= DAY ? Math.round(pause) : undefined;
}

/**
 * An answer as both SDKs take it for the same rule: they wait as long as the server asks, and give up at once where
 * that is longer than `timeLeft` ms or the longest pause. Each has a rule of its own for long pauses otherwise, and
 * for what cannot be meant.
 */
export function withRetryRule(response: Response, timeLeft: number): Response {
  if (response.status < 400) return response;
  const headers = new Headers(response.headers);
  const pause = retryAfter(headers);
  headers.delete("retry-after");
  headers.delete("retry-after-ms");
  if (pause !== undefined) {
    // Anthropic's takes 0 for nothing said.
    headers.set("retry-after-ms", String(Math.max(1, pause)));
    if (pause > LONGEST_PAUSE || pause >= timeLeft) headers.set("x-should-retry", "false");
  }
  return new Response(response.body, { status: response.status, statusText: response.statusText, headers });
}
