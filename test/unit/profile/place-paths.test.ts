import { describe, expect, test } from "bun:test";
import { shape, path, program, size, v } from "../../../src/contract/schema.ts";
import { profileToYaml, resolveProfile } from "../../../src/profile/index.ts";
import { faultOf, place, reader } from "./catalogue.ts";

const CATALOGUE = {
  bridges: {
    files: shape({
      read: v.optional(v.array(path()), []),
      maxFileBytes: v.optional(size(), 10 * 1024 * 1024),
      scratch: v.optional(v.boolean()),
    }),
    shell: shape({ programs: v.optional(v.array(program())) }),
  },
  everything: { files: { read: ["/"], scratch: true } },
  engines: ["lua"],
};

const resolve = (name: string, files: Readonly<Record<string, string>>) =>
  resolveProfile(name, { ...CATALOGUE, read: reader(files) });

describe("paths in the options of bridges", () => {
  test("begin in the folder of the file that writes them, each item for itself", async () => {
    const { bridges } = await resolve("profiles/own.yaml", {
      "profiles/own.yaml": "extends: ../base.yaml\nbridges: { files: { read+: [./notes, ../shared, /srv/data, ~/x] } }",
      "base.yaml": "bridges: { files: { read: [docs] }, shell: { programs: [git, ./bin/tool, /usr/bin/jq] } }",
    });
    expect(bridges["files"]).toMatchObject({ read: ["docs", "profiles/notes", "shared", "/srv/data", "~/x"] });
    expect(bridges["shell"]).toEqual({ programs: ["git", "bin/tool", "/usr/bin/jq"] });
  });

  test("a profile above the current folder", async () => {
    const { bridges } = await resolve("../p.yaml", { "../p.yaml": "bridges: { files: { read: [.] } }" });
    expect(bridges["files"]).toMatchObject({ read: [".."] });
  });
});

describe("sizes in the options of bridges", () => {
  test("are written with units, and come back so", async () => {
    const profile = await resolve("p.yaml", { "p.yaml": "bridges: { files: { maxFileBytes: 2MiB } }" });
    expect(profile.bridges["files"]).toMatchObject({ maxFileBytes: 2 * 1024 * 1024 });
    expect(await profileToYaml(profile)).toContain("maxFileBytes: 2MiB");
  });

  test("are faults with their place", async () => {
    const fault = await faultOf(() => resolve("p.yaml", { "p.yaml": "bridges:\n  files: { maxFileBytes: 2 MBs }" }));
    expect([fault.code, place(fault)]).toEqual(["profile.invalid", "p.yaml:2:26"]);
  });
});

describe('"*" under bridges', () => {
  test("gives all of each bridge, and what stands beside it wins", async () => {
    const all = await resolve("p.yaml", { "p.yaml": 'bridges: { "*": {} }' });
    expect(all.bridges).toEqual(
      Object.assign(Object.create(null), { files: { read: ["/"], scratch: true, maxFileBytes: 10485760 }, shell: {} }),
    );
    expect(all.origins["bridges.files.read.0"]).toEqual({ file: "p.yaml", line: 1 });
    const some = await resolve("p.yaml", { "p.yaml": 'bridges: { "*": {}, files: { read: [a] } }' });
    expect(some.bridges["files"]).toEqual({ read: ["a"], maxFileBytes: 10485760 });
  });
});
