import {
  bridgeFunction,
  type Bridge,
  type GrantFinding,
  type Refusal,
  type RuleContext,
  type LearnedGrant,
} from "../contract/bridge.ts";
import { shape, once, type Parsed, v } from "../contract/schema.ts";
import { coversVariable, type Variables } from "../contract/variables.ts";

const grantSchema = once(() =>
  shape({
    names: v.optional(
      v.pipe(
        v.array(v.pipe(v.string(), v.minLength(1))),
        v.description(
          "Variables by name; `*` stands for any letters (`APP_*`), but gives none that holds a key or secret",
        ),
      ),
      [],
    ),
  }),
);

type Grant = Parsed<ReturnType<typeof grantSchema>>;

const isGranted = (grant: unknown, name: string, variables: Variables) =>
  coversVariable((grant as Grant).names, name, (each) => variables.isKey(each));

function refuse({ name }: { readonly name: string }, { grant, effects }: RuleContext): Refusal | undefined {
  if (isGranted(grant, name, effects.variables)) return undefined;
  const names = [...(grant as Grant).names, name].map((each) => JSON.stringify(each)).join(", ");
  return { reason: `The variable ${JSON.stringify(name)} is not granted`, grantLine: `env: { names: [${names}] }` };
}

const nameParameter = () => ({ name: v.pipe(v.string(), v.minLength(1), v.description("The variable")) });

const get = bridgeFunction({
  doc: "The value of a variable; null (nil, undefined) where it is granted but not set.",
  parameters: nameParameter,
  returns: () => v.nullable(v.string()),
  repeat: "safe",
  refuse,
  run: ({ name }, { effects }) => effects.variables.get(name) ?? null,
});

const has = bridgeFunction({
  doc: "Whether a granted variable is set.",
  parameters: nameParameter,
  returns: () => v.boolean(),
  repeat: "safe",
  refuse,
  run: ({ name }, { effects }) => effects.variables.get(name) !== undefined,
});

const names = bridgeFunction({
  doc: "The names of the granted variables that are set, in order.",
  parameters: () => ({}),
  returns: () => v.array(v.string()),
  repeat: "safe",
  run: (_args, { grant, effects: { variables } }) =>
    variables.names().filter((name) => isGranted(grant, name, variables)),
});

/** A pattern of stars alone gives whatever the person's shell happens to hold. */
function warnings({ names: given }: Grant, isOwn: (path: string) => boolean): GrantFinding[] {
  return given.flatMap((name, index): GrantFinding[] => {
    if (!/^\*+$/.test(name) || !isOwn(`names.${index}`)) return [];
    const message = `"${name}" gives every variable but providers' keys and the profile's secrets; name those that are needed`;
    return [{ severity: "warning", path: `names.${index}`, message }];
  });
}

/** Variables of the environment. */
export const env = {
  name: "env",
  doc: "Reads variables of the environment: those that the profile names. A variable that holds a provider's key or a secret must be named exactly.",
  capability: "outside",
  flow: { reads: ["private"] },
  grant: grantSchema,
  everything: { names: ["*"] },
  learn: (_name, args): LearnedGrant => (typeof args["name"] === "string" ? { names: [args["name"]] } : {}),
  grantExample: "{ names: [LANG] }",
  prepare: ({ grant, isOwn }) => Promise.resolve(warnings(grant as Grant, isOwn)),
  functions: { get, has, names },
} satisfies Bridge;
