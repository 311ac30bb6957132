import { handle, integer, number, once, value, z } from "../../contract/schema.ts";

/** Options of every request. */
const common = once(() => ({
  headers: z
    .record(z.string(), z.union([z.string(), handle("secret.value")]))
    .optional()
    .describe("Headers by name; a secret's handle may be a value"),
  query: z
    .record(z.string(), z.union([z.string(), number(), z.boolean(), z.array(z.string())]))
    .optional()
    .describe("Added to the address, escaped"),
  timeoutMs: integer(1).optional().describe("Milliseconds for the whole call; at most what the profile says"),
  retries: integer(0, 10).optional().describe("At most what the profile says"),
  redirects: integer(0, 20).optional().describe("At most what the profile says; with 0 a redirect is an answer"),
}));

const as = once(() => ({
  as: z
    .enum(["text", "bytes"])
    .optional()
    .describe("What the answer's body shall be; text wherever it is some, unless told"),
}));

const form = once(() => ({
  form: z.record(z.string(), z.string()).optional().describe("Sent instead of a body, as an HTML form is"),
}));

/** What is sent: text and bytes as they are, all else as JSON. */
export const body = once(() =>
  value().optional().describe("What is sent: text and bytes as they are, all else as JSON"),
);

const method = once(() =>
  z
    .string()
    .regex(/^(?:GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS)$/, "must be GET, HEAD, POST, PUT, PATCH, DELETE or OPTIONS")
    .optional()
    .describe("GET, HEAD, POST, PUT, PATCH, DELETE or OPTIONS; GET unless told"),
);

/** For `get`. */
export const getOptions = once(() => z.strictObject({ ...common(), ...as() }).optional());

/** For `json` and `download`, whose answer's form is fixed. */
export const plainOptions = once(() => z.strictObject(common()).optional());

/** For `post`. */
export const postOptions = once(() => z.strictObject({ ...common(), ...as(), ...form() }).optional());

/** For `request`. */
export const requestOptions = once(() =>
  z.strictObject({ method: method(), body: body(), ...common(), ...as(), ...form() }).optional(),
);

/** For `events`. */
export const eventsOptions = once(() =>
  z.strictObject({ method: method(), body: body(), ...common(), ...form() }).optional(),
);

/** The parsed options, of whatever function. */
export type Options = Partial<NonNullable<z.output<ReturnType<typeof requestOptions>>>>;

/** An answer, whatever its status. */
export const answer = once(() =>
  z.strictObject({
    status: integer(100, 999).describe("Such as 200"),
    ok: z.boolean().describe("Whether the status is one of success, 200 to 299"),
    headers: z.record(z.string(), z.string()).describe("By name in lower case; without cookies"),
    url: z.string().describe("Where the answer came from, after all redirects"),
    text: z.string().optional().describe("The body, where it is text"),
    bytes: z.instanceof(Uint8Array).optional().describe("The body, where it is none, or where bytes were asked for"),
  }),
);

/** One step through server-sent events. */
export const eventStep = once(() =>
  z.strictObject({
    done: z.boolean(),
    value: z
      .strictObject({
        event: z.string().describe("Its kind, `message` unless the server says"),
        data: z.string(),
        id: z.string().describe("Empty where the server gives none"),
      })
      .optional(),
  }),
);
