import type { Lexis } from "../../contract/engine.ts";

/** How the spell's own modules may end; what an import without an ending stands for. */
const ENDINGS = [".js", ".mjs", ".ts"];

/** How files of data end, which are no modules. */
export const JSON_ENDING = ".json";

/** How JavaScript is written, as far as imports and comments go. */
export const JAVASCRIPT_LEXIS: Lexis = {
  lineComment: "//",
  blockComment: ["/*", "*/"],
  imports: [
    /\bimport\s*\(\s*["'](\.\.?\/[^"'\n]+)["']\s*[),]/g,
    /\bimport\s*["'](\.\.?\/[^"'\n]+)["']/g,
    /\b(?:import|export)\b[^"'`;()]*?\bfrom\s*["'](\.\.?\/[^"'\n]+)["']/g,
  ],
  resolve: resolveModule,
};

/** The paths that a relative import may mean, in order: none where it is not relative or leaves the spell's folder. */
export function resolveModule(name: string, importer: string): readonly string[] {
  if ((!name.startsWith("./") && !name.startsWith("../")) || name.endsWith(JSON_ENDING)) return [];
  const parts = importer.split("/").slice(0, -1);
  for (const part of name.split("/")) {
    if (part === "..") {
      if (parts.pop() === undefined) return [];
    } else if (part !== "." && part !== "") parts.push(part);
  }
  const path = parts.join("/");
  // As TypeScript writes them: `./util.js` may be the file util.ts.
  const typed = path.endsWith(".js") ? [`${path.slice(0, -3)}.ts`] : [];
  return [
    path,
    ...typed,
    ...ENDINGS.map((ending) => path + ending),
    ...ENDINGS.map((ending) => `${path}/index${ending}`),
  ];
}

/** A new spell in JavaScript. */
export const JAVASCRIPT_TEMPLATE = `const topic = spell.parameters.topic ?? "birds";

const answer = await llm.complete(\`Write one line about \${topic}\`);
console.log(String(answer));
`;
