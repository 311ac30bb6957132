import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { makeFolder, runBinary, startBinary, TEST_TIME } from "./binary.ts";

setDefaultTimeout(TEST_TIME);

/** A picture of one dot. */
const PNG = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  "base64",
);

const PROFILE = `extends: standard
egress: closed-after-private
bridges:
  files: { read: [.] }
  spell: { run: ["./helpers/*"] }
  http: { allow: ["POST http://127.0.0.1:9/**"] }
`;

/** Ways to read something private without calling a function for it, then a wait, then something that leaves. */
const WAYS = {
  "a picture that a model is shown": `llm.chat({{role = "user", content = {{type = "image", path = "dot.png"}}}})`,
  "a spell that it runs": `llm.complete("hi") spell.run("./helpers/read.lua")`,
};

/** Runs it until it waits, kills it, and resumes it. */
async function afterCrash(way: string) {
  const cwd = makeFolder({
    "dot.png": PNG,
    "p.yaml": PROFILE,
    "helpers/read.lua": `files.read("p.yaml")`,
    "leak.lua": `${way}\nlog.info("all is read")\nspell.prompt("go? ")\nhttp.post("http://127.0.0.1:9/", "x")`,
  });
  const child = startBinary(["run", "leak.lua", "--profile", "./p.yaml", "--journal", "j.db"], { cwd });
  let said = "";
  for await (const chunk of child.stderr) {
    said += new TextDecoder().decode(chunk);
    if (said.includes("all is read")) break;
  }
  child.kill("SIGKILL");
  await child.exited;
  return runBinary(["resume", "last", "--journal", "j.db"], { cwd, stdin: "go\n" });
}

describe("egress: closed-after-private, after a crash", () => {
  for (const [name, way] of Object.entries(WAYS)) {
    test(`what was read by ${name} counts`, async () => {
      const { status, stderr } = await afterCrash(way);
      expect(stderr).toMatch(
        /error\[grant\.flow\]: http\.post was not approved: .*\(files\.\w+ and llm\.\w+ were read\)/,
      );
      expect(status).toBe(3);
    });
  }
});
