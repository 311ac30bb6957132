import { EXIT } from "../contract/error-codes.ts";
import { flagOption, textArgument, type Command } from "./command.ts";
import { safeJson } from "./printable.ts";
import { suggestProfiles } from "./suggestions.ts";
import { formatTable } from "./table.ts";
import { unknownName } from "./unknown-name.ts";

const SCHEMAS = ["profile", "project", "spell", "case"] as const;

const list: Command = {
  name: "list",
  summary: "List the profiles: those of the project's llmspell.yaml, and the built-in ones",
  options: [{ flags: "--json", doc: "Print JSON" }],
  async run(input) {
    const { terminal } = input;
    const [runtime, { BUILT_IN_PROFILES }] = await Promise.all([
      import("../runtime/project.ts"),
      import("../profile/built-in-texts.ts"),
    ]);
    const project = await runtime.findProject();
    const own = [...(project?.profiles.keys() ?? [])].map((name) => ({ name, where: project?.file ?? "" }));
    const places = [...own, ...BUILT_IN_PROFILES.map((name) => ({ name, where: "built in" }))];
    const rows = await Promise.all(
      places.map(async ({ name, where }) => {
        const profile = await runtime.openProfile(name, project);
        return { name, where, description: profile.description, bridges: Object.keys(profile.bridges).sort() };
      }),
    );
    if (flagOption(input, "json")) terminal.out(`${safeJson(rows)}\n`);
    else {
      const lines = rows.map(({ name, where, bridges, description }) => [name, where, bridges.join(" "), description]);
      terminal.out(formatTable([["NAME", "WHERE", "BRIDGES", "DESCRIPTION"], ...lines]));
    }
    return EXIT.done;
  },
};

const show: Command = {
  name: "show",
  summary: "Print what is in effect with a profile, as YAML",
  arguments: [{ form: "<profile>", doc: "A name, or a file by its path", complete: suggestProfiles }],
  options: [
    { flags: "--explain", doc: "Print every value with the file and line that it comes from" },
    { flags: "--json", doc: "Print JSON" },
  ],
  examples: ["llmspell profile show standard", "llmspell profile show ./wiki.yaml --explain"],
  async run(input) {
    const { terminal } = input;
    const [runtime, profiles] = await Promise.all([import("../runtime/project.ts"), import("../profile/index.ts")]);
    const profile = await runtime.openProfile(textArgument(input, 0), await runtime.findProject());
    const isJson = flagOption(input, "json");
    if (flagOption(input, "explain")) {
      const rows = profiles.explain(profile);
      const table = () => formatTable(rows.map(({ path, value, origin }) => [path, value, origin]));
      terminal.out(isJson ? `${safeJson(rows)}\n` : table());
    } else if (isJson) {
      const { origins: _, ...rest } = profile;
      terminal.out(`${safeJson(rest)}\n`);
    } else terminal.out(await profiles.profileToYaml(profile));
    return EXIT.done;
  },
};

const schema: Command = {
  name: "schema",
  summary: "Print a JSON Schema for editors",
  arguments: [
    {
      form: "[kind]",
      doc: "profile (unless told), project (llmspell.yaml), spell (spell.yaml) or case (tests/*.yaml)",
      complete: () => SCHEMAS,
    },
  ],
  examples: ["llmspell profile schema > .llmspell-schema.json", "llmspell profile schema spell"],
  async run(input) {
    const [{ CATALOGUE }, profiles] = await Promise.all([
      import("../runtime/catalog.ts"),
      import("../profile/index.ts"),
    ]);
    const wanted = textArgument(input, 0) || "profile";
    const kind = SCHEMAS.find((each) => each === wanted);
    if (kind === undefined) throw unknownName("schema", wanted, SCHEMAS);
    const make = {
      profile: () => profiles.profileJsonSchema(CATALOGUE),
      project: () => profiles.projectJsonSchema(CATALOGUE),
      spell: () => profiles.manifestJsonSchema({ ...CATALOGUE, bridges: Object.keys(CATALOGUE.bridges) }),
      case: () => profiles.caseJsonSchema(CATALOGUE),
    };
    input.terminal.out(`${JSON.stringify(make[kind](), null, 2)}\n`);
    return EXIT.done;
  },
};

/** `llmspell profile list|show|schema` */
export const profile: Command = {
  name: "profile",
  summary: "List and show profiles: what spells may do",
  group: "Look things up:",
  commands: [list, show, schema],
};
