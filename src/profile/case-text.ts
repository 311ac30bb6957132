import type { YamlPath } from "./yaml-path.ts";

const STYLE = { lineWidth: 0, version: "1.2", schema: "core" } as const;

/** A new case's file: its keys in this order, those that are undefined left out. */
export async function caseText(keys: Readonly<Record<string, unknown>>): Promise<string> {
  const { stringify } = await import("yaml");
  const written = Object.entries(keys).filter(([, value]) => value !== undefined);
  return stringify(Object.fromEntries(written), { ...STYLE, aliasDuplicateObjects: false });
}

/** A case's file with other values at some places; comments and everything else stay. */
export async function changedCaseText(
  text: string,
  changes: readonly (readonly [path: YamlPath, value: unknown])[],
): Promise<string> {
  const { isNode, parseDocument } = await import("yaml");
  const document = parseDocument(text, { intAsBigInt: true, keepSourceTokens: true });
  for (const [path, value] of changes) {
    const node = document.createNode(value, { aliasDuplicateObjects: false });
    const before: unknown = document.getIn(path, true);
    if (isNode(before)) {
      if (before.comment) node.comment = before.comment;
      if (before.commentBefore) node.commentBefore = before.commentBefore;
    }
    document.setIn(path, node);
  }
  return document.toString({ lineWidth: 0 });
}
