import { expect, test } from "bun:test";
import { BUILT_IN_PROFILES, resolveProfile } from "../../../src/profile/index.ts";
import { builtInProfile } from "../../../src/runtime/built-in-profiles.ts";
import { CATALOGUE } from "../../../src/runtime/catalog.ts";

test.each(BUILT_IN_PROFILES)("%s is in the binary as its YAML resolves", async (name) => {
  const profile = builtInProfile(name);
  expect(profile).toEqual(await resolveProfile(name, CATALOGUE));
  expect(Object.getPrototypeOf(profile?.bridges)).toBeNull();
});

test("nothing else is a built-in profile", () => {
  expect(builtInProfile("constructor")).toBeUndefined();
});
