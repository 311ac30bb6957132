import { SpellError } from "../contract/errors.ts";
import type { Value } from "../contract/value.ts";
import { caseSchema, toInstant, type WrittenCase } from "./case-schema.ts";
import { readYaml, type CheckedYaml } from "./read-yaml.ts";
import type { SpellCase } from "./spell-case.ts";
import type { YamlSource } from "./yaml-tree.ts";

/** Reads a case's file. Throws `case.invalid` with the place of the first fault. */
export async function readCase(
  source: YamlSource,
  catalogue: { readonly engines: readonly string[] },
): Promise<SpellCase> {
  const checked = await readYaml(source, caseSchema(catalogue), "case.invalid");
  const written = checked.value;
  checkWhole(checked);
  const { description = "", engine, parameters, input = "", profile, model, seed, time, mock, recording } = written;
  return {
    name: source.file.replace(/^.*[/\\]/, "").replace(/\.ya?ml$/, ""),
    file: source.file,
    start: checked.tree.position,
    description,
    engine,
    parameters: parameters as Readonly<Record<string, Value>> | undefined,
    input,
    ...{ profile, model, seed, recording },
    time: time === undefined ? undefined : toInstant(time),
    mock: mock as Value | undefined,
    expect: written.expect,
    placeOf: (path) => checked.positionOf(["expect", ...path]),
  };
}

/** What the schema cannot say of keys beside each other. */
function checkWhole(checked: CheckedYaml<WrittenCase>): void {
  const { value } = checked;
  const fail = (key: string, message: string, fix: string): never => {
    throw new SpellError("case.invalid", message, { position: checked.positionOf([key]), fix });
  };
  if (value.recording !== undefined && value.mock !== undefined) {
    fail("mock", "The case has both a mock and a recording", "Keep one of them");
  }
  if (value.recording !== undefined && value.time !== undefined) {
    fail("time", "The case has a time, but its recording has its own", "Leave time out");
  }
  if (value.recording === undefined && value.model !== undefined) {
    fail("model", "The case has a model, but nothing that is recorded from it", "Leave model out: the mock answers");
  }
  if (value.recording === undefined && value.expect === undefined) {
    throw new SpellError("case.invalid", "The case expects nothing, so it could not fail", {
      position: checked.tree.position,
      fix: "Add at least: expect: { status: 0 }",
    });
  }
  const { status, error } = value.expect ?? {};
  if (status === 0 && error !== undefined) {
    fail("expect", "The case expects an error and the status 0", "Leave status out: it follows from the error's code");
  }
}
