import { parseCallPattern } from "../contract/call-pattern.ts";
import type { SourcePosition } from "../contract/errors.ts";
import { shape, v } from "../contract/schema.ts";
import { readYaml } from "./read-yaml.ts";
import type { YamlSource } from "./yaml-tree.ts";

/** The schema of a file of approvals: calls that need not be asked for, as patterns. */
export function approvalsSchema() {
  const pattern = v.pipe(
    v.string(),
    v.check((text) => parseCallPattern(text) !== undefined, 'is no pattern of calls; write "files.write(path=out/*)"'),
  );
  return shape({ approve: v.array(pattern) });
}

/** A pattern that is approved, and where it is written. */
export interface ApprovedPattern {
  readonly text: string;
  readonly position: SourcePosition;
}

/** Reads a file of approvals. Throws `profile.invalid` with the place of the first fault. */
export async function readApprovals(source: YamlSource): Promise<readonly ApprovedPattern[]> {
  const { value, positionOf } = await readYaml(source, approvalsSchema());
  return value.approve.map((text, index) => ({ text, position: positionOf(["approve", index]) }));
}

/** The text of a file of approvals with one more pattern at its end; what is there keeps its comments. */
export function withApproval(text: string | undefined, pattern: string, comment: string): string {
  const line = `  - ${quote(pattern)} # ${comment.replaceAll(/[\r\n]/g, " ")}\n`;
  if (text === undefined || text.trim() === "")
    return `# Calls that are allowed without being asked for (llmspell)\napprove:\n${line}`;
  return `${text.trimEnd()}\n${line}`;
}

/** A YAML text in single quotes. */
function quote(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
