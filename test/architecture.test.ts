import { describe, expect, test } from "bun:test";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { basename, dirname, join, relative, resolve } from "node:path";

/** Holds the layout that AGENTS.md and the design describe. An exception stands in a table here, with its reason. */
const ROOT = resolve(import.meta.dir, "..");
const SRC = join(ROOT, "src");

const EVERYTHING_BUT_CLI = [
  "contract",
  "engines",
  "bridges",
  "providers",
  "gate",
  "profile",
  "isolation",
  "host",
  "journal",
  "stdlib",
];

/** Who may import whom; a folder may always import itself. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  contract: [],
  stdlib: [],
  engines: ["contract", "stdlib"],
  providers: ["contract"],
  profile: ["contract"],
  host: ["contract"],
  journal: ["contract"],
  bridges: ["contract"],
  gate: ["contract"],
  isolation: ["contract", "engines"],
  runtime: EVERYTHING_BUT_CLI,
  cli: ["contract", "profile", "runtime"],
};

/** Folders of the design that are not there yet. Remove a line when its folder comes. */
const NOT_YET = new Set<string>([]);

/** Folders whose code may touch the world. */
const WORLDLY = new Set(["host", "isolation", "journal", "runtime", "cli"]);

/** File → why it may touch the world all the same. */
const WORLDLY_FILES: Readonly<Record<string, string>> = {
  "profile/built-in-texts.ts": "a macro: it runs while the binary is built",
};

/** Package → the folders beside its first that may import it, and why. */
const SHARED_PACKAGES: Readonly<Record<string, { readonly folders: readonly string[]; readonly why: string }>> = {
  yaml: { folders: ["bridges"], why: "what a model answered in YAML; profiles are read in their own folder" },
};

/** File → lines and the reason for more than 500. */
const LARGE_FILES: Readonly<Record<string, string>> = {
  "engines/tengo/modules/times/tzdata.ts": "the time zone database, as it was published",
  "contract/error-codes.ts": "a table: what each code means, read as one",
  "engines/tengo/syntax/parser.ts": "a parser: one method a production",
};

interface SourceFile {
  readonly path: string;
  readonly folder: string;
  readonly text: string;
  /** Without comments, and with the contents of strings but for imports left out. */
  readonly code: string;
  readonly imports: readonly string[];
  /** Without `import()`. */
  readonly eager: readonly string[];
}

function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true })
    .map((name) => join(folder, String(name)))
    .filter((path) => statSync(path).isFile());
}

/** Comments and texts as spaces, template texts too; what stands in `${}` of a template is kept. */
function blank(text: string): string {
  const comment = /\/\*[\s\S]*?\*\/|\/\/[^\n]*/y;
  const literal = /"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'/y;
  const expression = /\/(?![*/])(?:[^/\\\n[]|\\.|\[(?:[^\]\\\n]|\\.)*\])+\/[dgimsuvy]*/y;
  let out = "";
  let index = 0;
  const templates: number[] = [];
  let inTemplate = false;
  const match = (pattern: RegExp) => {
    pattern.lastIndex = index;
    return pattern.exec(text)?.[0];
  };
  while (index < text.length) {
    const character = text.charAt(index);
    if (inTemplate) {
      if (character === "`") inTemplate = false;
      else if (character === "\\" || text.startsWith("${", index)) {
        if (character === "$") {
          templates.push(0);
          inTemplate = false;
        }
        out += " ";
        index++;
      }
      out += character === "\n" ? "\n" : " ";
      index++;
      continue;
    }
    const before = /[\w)\]}"]\s*$/.test(out.slice(-20)) && !/\b(?:return|typeof|case)\s*$/.test(out.slice(-20));
    const found = match(comment) ?? match(literal) ?? (before ? undefined : match(expression));
    if (found !== undefined) {
      out +=
        found.startsWith('"') || found.startsWith("'")
          ? `"${" ".repeat(Math.max(0, found.length - 2))}"`
          : found.replace(/[^\n]/g, " ");
      index += found.length;
      continue;
    }
    if (character === "`") inTemplate = true;
    else if (templates.length > 0) {
      const depth = templates.at(-1) ?? 0;
      if (character === "{") templates[templates.length - 1] = depth + 1;
      else if (character === "}") {
        if (depth > 0) templates[templates.length - 1] = depth - 1;
        else {
          templates.pop();
          inTemplate = true;
        }
      }
    }
    out += character === "`" ? " " : character;
    index++;
  }
  return out;
}

/** Imports and exports from, with attributes or without, and where `lazy` is set `import()` too. */
function importsOf(text: string, code: string, lazy = true): string[] {
  const found: string[] = [];
  const patterns = [
    /\b(?:import|export)\b[^;"'`=()]*?\bfrom\s*"/g,
    /(?<![\w.$])import\s*"/g,
    ...(lazy ? [/(?<![\w.$])import\s*\(\s*"/g] : []),
  ];
  for (const pattern of patterns) {
    for (const match of code.matchAll(pattern)) {
      const start = match.index + match[0].length;
      const quote = text.charAt(start - 1);
      found.push(text.slice(start, text.indexOf(quote, start)));
    }
  }
  return found;
}

const files: readonly SourceFile[] = filesIn(SRC)
  .filter((path) => path.endsWith(".ts"))
  .map((path) => {
    const text = readFileSync(path, "utf8");
    const code = blank(text);
    const name = relative(SRC, path);
    const folder = name.includes("/") ? name.slice(0, name.indexOf("/")) : "";
    return { path: name, folder, text, code, imports: importsOf(text, code), eager: importsOf(text, code, false) };
  });

const folders = readdirSync(SRC).filter((name) => statSync(join(SRC, name)).isDirectory());

/** The path below src of a relative import; undefined for packages. */
function target(file: SourceFile, name: string): string | undefined {
  return name.startsWith(".") ? relative(SRC, resolve(SRC, dirname(file.path), name)) : undefined;
}

const isMacro = (path: string) => path.endsWith(".macro.ts");

describe("the scanner", () => {
  const importsIn = (text: string) => importsOf(text, blank(text)).toSorted();

  test("sees every form of import, and none in texts or comments", () => {
    const text = [
      'import { a } from "./a.ts";',
      'import type { b } from "./b.ts";',
      'import * as c from "./c.ts";',
      'export { d } from "./d.ts";',
      'export * from "./e.ts";',
      'import f from "./f.lua" with { type: "text" };',
      'import { g } from "./g.macro.ts" with { type: "macro" };',
      'import "./h.ts";',
      'const i = await import("./i.ts");',
      'import {\n  j,\n  k,\n} from "./j.ts";',
      'type L = import("./l.ts").L;',
      '// import "./no.ts"',
      '/* export { x } from "./no.ts" */',
      "const text = 'import \"./no.ts\"';",
      'const template = `import x from "./no.ts" ${await import("./m.ts")} from "./no.ts"`;',
      'const pattern = /from "x"/;',
    ].join("\n");
    const names = [..."abcdefghijlm"].map(
      (name) => `./${name}${name === "f" ? ".lua" : name === "g" ? ".macro.ts" : ".ts"}`,
    );
    expect(importsIn(text)).toEqual(names.toSorted());
  });
});

describe("folders", () => {
  test("are those of the design", () => {
    const missing = Object.keys(MAY_IMPORT).filter((name) => !NOT_YET.has(name) && !folders.includes(name));
    expect(missing, "a folder vanished").toEqual([]);
    expect(
      folders.filter((name) => MAY_IMPORT[name] === undefined),
      "a folder that no rule is about",
    ).toEqual([]);
    expect(files.length).toBeGreaterThan(100);
  });

  test("import only what the table lets them", () => {
    const wrong = files.flatMap((file) =>
      file.imports.flatMap((name) => {
        const path = target(file, name);
        if (path === undefined || file.folder === "") return [];
        if (path.startsWith("..")) return [`${file.path} imports ${name}, outside of src`];
        const to = path.slice(0, path.indexOf("/"));
        return to === file.folder || MAY_IMPORT[file.folder]?.includes(to) ? [] : [`${file.path} imports ${path}`];
      }),
    );
    expect(wrong).toEqual([]);
  });

  test("of engines do not know each other, but for the family of two", () => {
    const wrong = files.flatMap((file) => {
      const [, engine] = file.path.split("/");
      if (file.folder !== "engines" || file.path === "engines/index.ts") return [];
      return file.imports.flatMap((name) => {
        const [folder, other] = target(file, name)?.split("/") ?? [];
        const allowed = folder !== "engines" || other === engine || other === "lua-family" || other === "wasm";
        return allowed ? [] : [`${file.path} imports ${name}`];
      });
    });
    expect(wrong).toEqual([]);
  });

  test("open with a paragraph in their index.ts", () => {
    const wrong = files
      .filter(({ path }) => basename(path) === "index.ts" && path.split("/").length === 2)
      .filter(({ text }) => !/^\/\*\*[\s\S]{80,}?\*\//.test(text))
      .map(({ path }) => path);
    expect(wrong).toEqual([]);
  });
});

describe("the world", () => {
  const world =
    /\b(?:Bun|process)\s*\.|\bimport\.meta\b|(?<![.\w$])fetch\s*\(|\bglobalThis\.fetch\b|\bnew\s+(?:Worker|WebSocket)\b/g;

  test("is touched only by the folders that may", () => {
    const wrong = files.flatMap((file) => {
      if (WORLDLY.has(file.folder) || isMacro(file.path) || WORLDLY_FILES[file.path] !== undefined) return [];
      const uses = [...file.code.matchAll(world)].map(([use]) => use);
      const modules = file.imports.filter((name) => /^(?:node:|bun(?::|$)|fs$|path$|os$|child_process$)/.test(name));
      return [...uses, ...modules].map((use) => `${file.path}: ${use}`);
    });
    expect(wrong).toEqual([]);
  });

  test("the exceptions still exist", () => {
    for (const path of Object.keys(WORLDLY_FILES)) expect(existsSync(join(SRC, path)), path).toBe(true);
  });

  test("clocks and chance are touched only there too", () => {
    const chance = /\bDate\.now\(|\bnew Date\(\)|\bMath\.random\(|\bperformance\.now\(|\bcrypto\.(?:random|getRandom)/g;
    const wrong = files.flatMap((file) => {
      if (WORLDLY.has(file.folder) || isMacro(file.path)) return [];
      return [...file.code.matchAll(chance)].map(([use]) => `${file.path}: ${use}`);
    });
    expect(wrong.filter((line) => !line.startsWith("providers/"))).toEqual([]);
  });

  test("the process ends in one place", () => {
    const ends = files.filter(({ code }) => /\bprocess\.exit\s*\(/.test(code)).map(({ path }) => path);
    expect(ends.filter((path) => path !== "cli/main.ts")).toEqual([]);
  });
});

describe("packages", () => {
  const packageName = (name: string) =>
    name
      .split("/")
      .slice(0, name.startsWith("@") ? 2 : 1)
      .join("/");
  const isPackage = (name: string) => !name.startsWith(".") && !/^(?:node:|bun(?::|$))/.test(name);
  const users = new Map<string, Set<string>>();
  for (const file of files) {
    for (const name of file.imports.filter(isPackage)) {
      const known = users.get(packageName(name)) ?? new Set<string>();
      users.set(packageName(name), known.add(file.folder));
    }
  }
  const manifest = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as {
    readonly dependencies: Readonly<Record<string, string>>;
  };

  test("belong to one folder each", () => {
    const wrong = [...users].flatMap(([name, used]) => {
      const shared = SHARED_PACKAGES[name]?.folders ?? [];
      const rest = [...used].filter((folder) => !shared.includes(folder));
      return rest.length > 1 ? [`${name}: ${rest.join(", ")}`] : [];
    });
    expect(wrong).toEqual([]);
  });

  test("that are imported are dependencies", () => {
    expect([...users.keys()].filter((name) => manifest.dependencies[name] === undefined)).toEqual([]);
  });

  test("valibot is imported by contract/schema.ts alone", () => {
    const importers = files.filter(({ imports }) => imports.some((name) => packageName(name) === "valibot"));
    expect(importers.map(({ path }) => path)).toEqual(["contract/schema.ts"]);
  });
});

test("no file imports itself by way of others", () => {
  const graph = new Map(
    files.map((file) => {
      // Types count: a cycle of them is one for the reader. What is loaded lazily is not part of a file's making.
      const targets = file.eager.map((name) => target(file, name)).filter((path) => path !== undefined);
      return [file.path, targets] as const;
    }),
  );
  const done = new Set<string>();
  const cycles: string[] = [];
  const visit = (path: string, trail: readonly string[]) => {
    if (trail.includes(path)) cycles.push([...trail.slice(trail.indexOf(path)), path].join(" → "));
    if (done.has(path) || trail.includes(path)) return;
    for (const next of graph.get(path) ?? []) visit(next, [...trail, path]);
    done.add(path);
  };
  for (const path of graph.keys()) visit(path, []);
  expect(cycles).toEqual([]);
});

describe("the lists", () => {
  const list = (path: string) => readFileSync(join(SRC, path), "utf8");
  /** Files or folders directly below, by the name that an import has. */
  const items = (folder: string) =>
    readdirSync(join(SRC, folder))
      .filter((name) => name !== "index.ts")
      .filter((name) => name.endsWith(".ts") || existsSync(join(SRC, folder, name, "index.ts")))
      .map((name) => (name.endsWith(".ts") ? `./${name}` : `./${name}/index.ts`));
  const unlisted = (folder: string, is: (text: string) => boolean) =>
    items(folder)
      .filter((name) => is(readFileSync(join(SRC, folder, name), "utf8")))
      .filter((name) => !list(`${folder}/index.ts`).includes(`"${name}"`));

  test("of engines has every engine", () => {
    expect(unlisted("engines", (text) => /satisfies Engine\b|: Engine =/.test(text))).toEqual([]);
  });

  test("of bridges has every bridge", () => {
    expect(unlisted("bridges", (text) => /satisfies Bridge\b|: Bridge =/.test(text))).toEqual([]);
  });

  test("of providers has every provider", () => {
    expect(unlisted("providers", (text) => /ProviderDefinition\b/.test(text) && /^export const/m.test(text))).toEqual(
      [],
    );
  });

  test("of commands has every command", () => {
    expect(unlisted("cli", (text) => /satisfies Command\b|: Command =/.test(text))).toEqual([]);
  });

  test("are dumb: no condition, no loop, no function", () => {
    for (const folder of ["engines", "bridges", "providers"]) {
      expect(blank(list(`${folder}/index.ts`)), folder).not.toMatch(/\b(?:if|for|while|switch|function)\b|=>/);
    }
  });
});

describe("files", () => {
  test("have at most 500 lines", () => {
    const large = files.filter(({ text }) => text.split("\n").length > 501).map(({ path }) => path);
    expect(large.filter((path) => LARGE_FILES[path] === undefined)).toEqual([]);
  });

  test("have names in kebab-case", () => {
    const wrong = filesIn(SRC).filter((path) => !/^[a-z0-9]+(?:-[a-z0-9]+)*(?:\.[a-z]+)*$/.test(basename(path)));
    expect(wrong.map((path) => relative(SRC, path))).toEqual([]);
    const vague = files.filter(({ path }) => /(?:^|\/)(?:utils?|helpers?|common|misc)(?:\/|\.ts$)/.test(path));
    expect(vague.map(({ path }) => path)).toEqual([]);
  });

  test("have no default export and no any", () => {
    const isDeclaration = (path: string) => path.endsWith(".d.ts");
    const wrong = files.flatMap(({ path, code }) => {
      const found: string[] = [];
      if (!isDeclaration(path) && /\bexport\s+default\b/.test(code)) found.push(`${path}: export default`);
      if (/(?::|<|\bas)\s*any\b(?!\s*\()|\bany\[\]/.test(code)) found.push(`${path}: any`);
      if (/@ts-(?:ignore|nocheck|expect-error)/.test(code)) found.push(`${path}: @ts-ignore`);
      return found;
    });
    expect(wrong).toEqual([]);
  });

  test("nobody branches on an engine's name outside of its folder", () => {
    const branch = /[!=]==?\s*"(?:lua|fengari|javascript|tengo)"|case\s+"(?:lua|fengari|javascript|tengo)"/;
    const wrong = files.filter(({ path, text }) => !path.startsWith("engines/") && branch.test(text));
    expect(wrong.map(({ path }) => path)).toEqual([]);
  });

  test("every export of the contract has a sentence", () => {
    const wrong = files.flatMap(({ path, text, folder }) => {
      if (folder !== "contract") return [];
      const lines = text.split("\n");
      return lines.flatMap((line, index) => {
        const name =
          /^export (?:declare )?(?:async )?(?:const|let|function|class|interface|type|abstract class) (\w+)/.exec(
            line,
          )?.[1];
        if (name === undefined) return [];
        // One sentence may stand for a row of constants that belong together.
        const above = lines[index - 1] ?? "";
        return above.trim().endsWith("*/") || above.startsWith("export const") ? [] : [`${path}: ${name}`];
      });
    });
    expect(wrong).toEqual([]);
  });
});
