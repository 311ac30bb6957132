import {
  binary,
  handle,
  integer,
  number,
  shape,
  once,
  oneOf,
  type Parsed,
  record,
  v,
  value,
} from "../../contract/schema.ts";

/** Options of every request. */
const common = once(() => ({
  headers: v.optional(
    v.pipe(
      record(v.union([v.string(), handle("secret.value")])),
      v.description("Headers by name; a secret's handle may be a value"),
    ),
  ),
  query: v.optional(
    v.pipe(
      record(v.union([v.string(), number(), v.boolean(), v.array(v.string())])),
      v.description("Added to the address, escaped"),
    ),
  ),
  timeoutMs: v.optional(
    v.pipe(integer(1), v.description("Milliseconds for the whole call; at most what the profile says")),
  ),
  retries: v.optional(v.pipe(integer(0, 10), v.description("At most what the profile says"))),
  redirects: v.optional(
    v.pipe(integer(0, 20), v.description("At most what the profile says; with 0 a redirect is an answer")),
  ),
}));

const as = once(() => ({
  as: v.optional(
    v.pipe(
      oneOf(["text", "bytes"]),
      v.description("What the answer's body shall be; text wherever it is some, unless told"),
    ),
  ),
}));

const form = once(() => ({
  form: v.optional(v.pipe(record(v.string()), v.description("Sent instead of a body, as an HTML form is"))),
}));

/** What is sent: text and bytes as they are, all else as JSON. */
export const body = once(() =>
  v.optional(v.pipe(value(), v.description("What is sent: text and bytes as they are, all else as JSON"))),
);

const method = once(() =>
  v.optional(
    v.pipe(
      v.string(),
      v.regex(/^(?:GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS)$/, "must be GET, HEAD, POST, PUT, PATCH, DELETE or OPTIONS"),
      v.description("GET, HEAD, POST, PUT, PATCH, DELETE or OPTIONS; GET unless told"),
    ),
  ),
);

/** For `get`. */
export const getOptions = once(() => v.optional(shape({ ...common(), ...as() })));

/** For `json` and `download`, whose answer's form is fixed. */
export const plainOptions = once(() => v.optional(shape(common())));

/** For `post`. */
export const postOptions = once(() => v.optional(shape({ ...common(), ...as(), ...form() })));

/** For `request`. */
export const requestOptions = once(() =>
  v.optional(shape({ method: method(), body: body(), ...common(), ...as(), ...form() })),
);

/** For `events`. */
export const eventsOptions = once(() => v.optional(shape({ method: method(), body: body(), ...common(), ...form() })));

/** The parsed options, of whatever function. */
export type Options = Partial<NonNullable<Parsed<ReturnType<typeof requestOptions>>>>;

/** An answer, whatever its status. */
export const answer = once(() =>
  shape({
    status: v.pipe(integer(100, 999), v.description("Such as 200")),
    ok: v.pipe(v.boolean(), v.description("Whether the status is one of success, 200 to 299")),
    headers: v.pipe(record(v.string()), v.description("By name in lower case; without cookies")),
    url: v.pipe(v.string(), v.description("Where the answer came from, after all redirects")),
    text: v.optional(v.pipe(v.string(), v.description("The body, where it is text"))),
    bytes: v.optional(v.pipe(binary(), v.description("The body, where it is none, or where bytes were asked for"))),
  }),
);

/** One step through server-sent events. */
export const eventStep = once(() =>
  shape({
    done: v.boolean(),
    value: v.optional(
      shape({
        event: v.pipe(v.string(), v.description("Its kind, `message` unless the server says")),
        data: v.string(),
        id: v.pipe(v.string(), v.description("Empty where the server gives none")),
      }),
    ),
  }),
);
