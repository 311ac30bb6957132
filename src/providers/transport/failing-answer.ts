/** An answer that fails when it is read: the way past the SDKs, which send a request again where their fetch itself fails. */
export function failingAnswer(error: unknown): Response {
  const body = new ReadableStream({ start: (controller) => controller.error(error) });
  return new Response(body, { headers: { "content-type": "application/json" } });
}
