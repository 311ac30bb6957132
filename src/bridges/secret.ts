import { bridgeFunction, type Bridge, type CallContext } from "../contract/bridge.ts";
import { SpellError } from "../contract/errors.ts";
import { nearest } from "../contract/nearest.ts";
import { handle, shape, once, v } from "../contract/schema.ts";
import { SecretText } from "../contract/secret-text.ts";
import type { ResourceHandle } from "../contract/value.ts";

const secretParameter = () => v.pipe(handle("secret.value"), v.description("What secret.get gave"));

/** What stands in front of a secret: it is part of a header. */
const prefixParameter = () =>
  v.pipe(
    v.string(),
    v.regex(/^[\x20-\x7e]*$/, "must be plain letters"),
    v.description('What stands before it, with its blank: `"Token "`'),
  );

/** Gives a handle that a header can be made of, and nothing else. */
function seal(text: SecretText, call: CallContext): ResourceHandle {
  return call.open("value", text, () => {});
}

function unseal(given: ResourceHandle, call: CallContext): SecretText {
  const text = call.resource(given);
  if (text instanceof SecretText && text.before === "") return text;
  throw new SpellError("call.arguments", "Only what secret.get gave can be put into a header");
}

const get = bridgeFunction({
  doc: "Gives a secret of the profile, sealed: it can be sent to its hosts in a header, and not be read.",
  parameters: () => ({ name: v.pipe(v.string(), v.description("As the profile names it")) }),
  returns: () => handle("value"),
  opens: "value",
  repeat: "safe",
  run: ({ name }, call) => {
    const known = call.effects.secrets.list();
    const found = known.find((secret) => secret.name === name);
    if (found?.refused !== undefined) {
      throw new SpellError("grant.rule", `The secret "${found.name}" ${found.refused}`, { fix: "Use a longer secret" });
    }
    if (found !== undefined) return seal(new SecretText(found.name), call);
    const quoted = JSON.stringify(name.slice(0, 80));
    const hint = nearest(
      name,
      known.map((secret) => secret.name),
    );
    const advice = hint === undefined ? "" : `; did you mean "${hint}"?`;
    throw new SpellError("grant.rule", `The profile has no secret ${quoted}${advice}`, {
      fix: "Add it to the profile: secrets: { NAME: { from: env, hosts: [api.example.org] } }",
    });
  },
});

const bearer = bridgeFunction({
  doc: "The value of a header Authorization, `Bearer` and the secret, sealed.",
  parameters: () => ({ secret: secretParameter() }),
  returns: () => handle("value"),
  opens: "value",
  repeat: "safe",
  run: ({ secret }, call) => seal(new SecretText(unseal(secret, call).secret, "Bearer "), call),
});

const header = bridgeFunction({
  doc: "The value of a header that is a text and the secret, sealed.",
  parameters: () => ({ prefix: prefixParameter(), secret: secretParameter() }),
  returns: () => handle("value"),
  opens: "value",
  repeat: "safe",
  run: ({ prefix, secret }, call) => seal(new SecretText(unseal(secret, call).secret, prefix), call),
});

const basic = bridgeFunction({
  doc: "The value of a header Authorization for a user whose password is the secret, sealed.",
  parameters: () => ({
    user: v.pipe(v.string(), v.regex(/^[^:\0-\x1f\x7f]*$/, "must hold no colon"), v.description("The user's name")),
    secret: secretParameter(),
  }),
  returns: () => handle("value"),
  opens: "value",
  repeat: "safe",
  run: ({ user, secret }, call) => seal(new SecretText(unseal(secret, call).secret, "Basic ", user), call),
});

const list = bridgeFunction({
  doc: "Lists the secrets of the profile and the hosts that each may be sent to.",
  parameters: () => ({}),
  returns: () => v.array(shape({ name: v.string(), hosts: v.array(v.string()) })),
  repeat: "safe",
  run: (_args, call) => call.effects.secrets.list().map(({ name, hosts }) => ({ name, hosts: [...hosts] })),
});

/** The bridge to the profile's secrets. */
export const secret = {
  name: "secret",
  doc: "Hands out the profile's secrets, sealed: a spell can have http send one to the hosts that it is bound to, and never read it.",
  capability: "outside",
  flow: { reads: ["private"] },
  grant: once(() => shape({})),
  functions: { get, bearer, header, basic, list },
  handles: { value: { doc: "A secret that can be sent and not be read.", methods: {} } },
} satisfies Bridge;
