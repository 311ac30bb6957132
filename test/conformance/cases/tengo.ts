import { ErrorValue, Float } from "../../../src/contract/value.ts";
import type { Case } from "../harness.ts";

const OWN_FILES = {
  tengo: {
    "lib/greet.tengo": `export {hello: func(name) { return "Hello, " + name }}`,
    "lib/nested/up.tengo": `export import("../greet").hello("up")`,
    "constants.tengo": `if true { export {a: 1} }\nexport "never"`,
    "nothing.tengo": `x := 1`,
    "late.tengo": `import("fmt").print("ran ")\nexport 5`,
    "same.tengo": `export import("json").decode("[1]")`,
    "bridges.tengo": `export {echo: func(x) { return host.echo(x) }, version: host.version}`,
    "broken.tengo": `export error({code: "lib.broken", message: "No library"})`,
    "error-thrown.tengo": `x := [1][0] + "x"\nexport x`,
  },
};

/** Results and errors: how a spell ends. */
const ENDS: readonly Case[] = [
  {
    name: "an export in an if inside of a for ends the spell",
    tengo: `fmt := import("fmt"); for i := 0; i < 5; i++ { if i == 3 { export {at: i} }; fmt.print(i) }; fmt.print("never")`,
    expect: { result: { at: 3 }, stdout: "012" },
  },
  {
    name: "without an export the result is null, as with an export of undefined",
    tengo: `if false { export 1 }; export undefined`,
    expect: { result: null },
  },
  {
    name: "an export within a function is an error of the compiler",
    tengo: `f := func() {\n  export 1\n}`,
    expect: { failure: { code: "script.syntax", message: "export not allowed inside function", line: 2 } },
  },
  {
    name: "an exported error fails the spell, with its code and details",
    tengo: `\nexport error({code: "birds.none", message: "There are no birds", details: {seen: 0}})`,
    expect: { failure: { code: "birds.none", message: "There are no birds", details: { seen: 0 }, line: 2 } },
  },
  {
    name: "an error whose value is neither text nor a map with a message shows as it prints",
    tengo: `export error([1, "a", {b: 2.5}])`,
    expect: { failure: { code: "script.error", message: '[1, "a", {b: 2.5}]' } },
  },
  {
    name: "an error inside of a result is a value",
    tengo: `export {e: error("text"), f: [error({code: "a.b", message: "m"})]}`,
    expect: { result: { e: new ErrorValue("script.error", "text"), f: [new ErrorValue("a.b", "m")] } },
  },
  {
    name: "a fault in a task ends the run where nobody waits for it, and is an error value where somebody does",
    tengo: `
      t := async.spawn(func() { return [1][0] + "x" })
      e := t.await()
      export [is_error(e), e.value.code, e.value.message]`,
    expect: { result: [true, "script.error", "invalid operation: int + string"] },
  },
  {
    name: "a fault in a task that nobody waits for names its place",
    tengo: `work := func() {\n  host.echo(1)\n  return 1 + "x"\n}\nasync.spawn(work)\nhost.echo(2)\nexport 1`,
    expect: {
      failure: { code: "script.error", message: "invalid operation: int + string", line: 3, stack: ["work:3"] },
    },
  },
  {
    name: "a task whose value is an error fails nothing: it is a value",
    tengo: `async.spawn(func() { return error("mine") }); host.echo(1); export "done"`,
    expect: { result: "done" },
  },
  {
    name: "natives and bridge functions can be spawned, and their faults say which they were",
    tengo: `
      text := import("text")
      a := async.spawn(text.to_upper, "wren")
      b := async.spawn(host.echo, 5)
      c := async.spawn(len, 1, 2)
      d := async.spawn(text.repeat, "x", "many")
      export [a.await(), b.await(), c.await().value.message, d.await().value.message]`,
    expect: {
      result: [
        "WREN",
        5,
        "wrong number of arguments in call to 'builtin-function:len'",
        "invalid type for argument 'second' in call to 'user-function:repeat': expected int(compatible), found string",
      ],
    },
  },
  {
    name: "undefined parameters, fields and elements are undefined all the way down",
    tengo: `export [is_undefined(host.list[7]), is_undefined(host.nothing.at.all), is_undefined({}.a[1].b), host.list[9] ? 1 : 2]`,
    expect: { result: [true, true, true, 2] },
  },
  {
    name: "a call takes undefined and spread arguments; trailing undefined ones are dropped",
    tengo: `export [host.count_arguments(undefined, 1, undefined), host.count_arguments([1, 2, 3]...)]`,
    expect: { result: [2, 3] },
  },
];

/** What crosses between the script and the host. */
const CROSSING: readonly Case[] = [
  {
    name: "a char crosses as a number, bytes as bytes, and floats stay floats",
    tengo: `
      back := host.echo(['a', bytes("ab\\xff"), 2.0, -9223372036854775807 - 1])
      export [type_name(back[0]), back[0], type_name(back[1]), len(back[1]), type_name(back[2]), type_name(back[3]), back[3]]`,
    expect: { result: ["int", 97, "bytes", 3, "float", "int", -9223372036854775808n] },
  },
  {
    name: "a string that is no UTF-8 crosses as bytes",
    tengo: `export [type_name(host.echo("\\xff")), type_name(host.echo("ä"))]`,
    expect: { result: ["bytes", "string"] },
  },
  {
    name: "map keys that are no UTF-8 are refused by name of the place",
    tengo: `m := {a: {}}; m.a["\\xff"] = 1; e := host.echo(m); export [e.value.code, e.value.message]`,
    expect: {
      result: ["value.key", "host.echo: args[0].a has a key that is not UTF-8; keys must be text"],
    },
  },
  {
    name: "what the host hands over is the script's own: it can be changed, and the next answer is new",
    tengo: `
      a := host.give("v")
      a.list = append(a.list, 3)
      a.extra = true
      b := host.give("v")
      export [a, b]`,
    given: { v: { list: [1, 2] } },
    expect: { result: [{ list: [1, 2, 3], extra: true }, { list: [1, 2] }] },
  },
  {
    name: "constants of a module and the modules themselves cannot be changed",
    tengo: `h := host\nh.version = "2"`,
    expect: { failure: { code: "script.error", message: "not index-assignable: immutable-map", line: 2 } },
  },
  {
    name: "a granted module is no variable: it cannot be assigned, and a variable of its name hides it",
    tengo: `json := 5; f := func(host) { return host }; export [json, f(6), host.version]`,
    expect: { result: [5, 6, "1.2"] },
  },
  {
    name: "an answer prints as its text; a copy of it is a plain map",
    tengo: `
      a := host.complete("x")
      plain := copy(a)
      export ["" + a, string(a), "" + plain, type_name(a), plain.text, a == plain, format("%s %v", a, a), len(a)]`,
    expect: {
      result: [
        "Answer to x",
        "Answer to x",
        '{text: "Answer to x", tokens: 3}',
        "map",
        "Answer to x",
        true,
        'Answer to x {text: "Answer to x", tokens: 3}',
        2,
      ],
    },
  },
  {
    name: "an error of the host is an error value whose value cannot be changed",
    tengo: `e := host.fail("a.b", "No", {why: 1})\ne.value.code = "mine"`,
    expect: { failure: { code: "script.error", message: "not index-assignable: immutable-map", line: 2 } },
  },
  {
    name: "an error of a stream is its last item",
    tengo: `
      s := host.stream(5)
      out := [s.next()]
      s.close()
      for item in s { out = append(out, is_error(item) ? item.value.code : item) }
      export out`,
    expect: { result: [5, "script.handle-closed"] },
  },
  {
    name: "a loop over a stream has an index, and what is left of it stays",
    tengo: `
      s := host.stream(4)
      out := []
      for i, item in s { out = append(out, [i, item]); if i == 1 { break } }
      export [out, s.next(), s.next(), s.next()]`,
    expect: {
      result: [
        [
          [0, 4],
          [1, 3],
        ],
        2,
        1,
        null,
      ],
    },
  },
  {
    name: "a call that failed is no stream",
    tengo: `for item in host.fail("a.b", "No") { }`,
    expect: { failure: { code: "script.error", message: "not iterable: error" } },
  },
  {
    name: "a task cannot leave the spell",
    tengo: `t := async.spawn(func() {}); e := host.echo(t); export e.value.code`,
    expect: { result: "value.unsupported" },
  },
  {
    name: "what async is given and cannot take is an error value",
    tengo: `
      codes := []
      for e in [async.spawn(1), async.await(), async.await(5), async.all(5), async.all([5]), async.race([]), async.cancel("x"), async.pause(1)] {
        codes = append(codes, is_error(e) && e.value.code)
      }
      export codes`,
    expect: { result: Array.from({ length: 8 }, () => "call.arguments") },
  },
];

/** The standard modules, where they meet the sandbox. */
const STANDARD: readonly Case[] = [
  {
    name: "os has its names, and ends the spell that uses what it cannot have, looked at or not",
    tengo: `
      os := import("os")
      codes := []
      for use in [func() { os.read_file("/etc/passwd") }, func() { os.exec("ls") }, func() { os.hostname() }, func() { return os.getenv("HOME") }] {
        codes = append(codes, async.spawn(use).await().value.code)
      }
      export [codes, os.args(), os.getpid(), os.platform, os.temp_dir()]`,
    expect: { result: [Array.from({ length: 4 }, () => "grant.bridge"), [], -1, "linux", "/tmp"] },
  },
  {
    name: "a call that fails ends the fiber where it is a statement, whose answer nobody could look at",
    tengo: `
      f := func() {
        host.fail("my.code", "lost")
        return 1
      }
      x := host.fail("my.code", "kept")
      e := async.spawn(f).await()
      host.fail("my.code", "ends")
      export x`,
    expect: {
      failure: { code: "my.code", message: "ends", line: 8 },
      calls: ['fail "my.code" "kept"', 'fail "my.code" "lost"', 'fail "my.code" "ends"'],
    },
  },
  {
    name: "a program that os would run ends the spell, although nobody looks at its answer",
    tengo: `os := import("os")\nos.exec("id")`,
    expect: {
      failure: {
        code: "grant.bridge",
        message: "os.exec: a spell's programs are reached only through the module shell, where the profile grants it",
        line: 2,
      },
    },
  },
  {
    name: "the text of what lies 100,000 deep is a stack overflow, and so is that of a cycle",
    tengo: `
      a := [1]; for i := 0; i < 100000; i++ { a = [a] }
      e := error(1); for i := 0; i < 100001; i++ { e = error(e) }
      m := {}; m.m = m
      codes := []
      for v in [a, [e], m] { codes = append(codes, async.spawn(string, v).await().value.code) }
      export codes`,
    expect: { result: ["limit.stack", "limit.stack", "limit.stack"] },
  },
  {
    name: "os.exit ends the spell as a failure, whatever the status",
    tengo: `import("os").exit(0)`,
    expect: { failure: { code: "script.error", message: /a spell cannot end its process/ } },
  },
  {
    name: "times are those of the run, Local is UTC, and zones are there",
    tengo: `
      times := import("times")
      t := times.now()
      export [string(t), times.time_location(times.to_local(t)), string(times.in_location(t, "Asia/Kathmandu")), string(times.in_location(t, "America/New_York"))]`,
    expect: {
      result: [
        "2023-11-14 22:13:20 +0000 UTC",
        "UTC",
        "2023-11-15 03:58:20 +0545 +0545",
        "2023-11-14 17:13:20 -0500 EST",
      ],
    },
  },
  {
    name: "times.sleep is the call time.sleep, in milliseconds",
    tengo: `times := import("times"); x := times.sleep(1500 * times.microsecond); async.spawn(times.sleep, times.second).await()`,
    expect: { calls: ["sleep 1.5", "sleep 1000"] },
  },
  {
    name: "times.sleep of no duration is a fault at its place",
    tengo: `times := import("times")\nf := func() {\n  times.sleep("x")\n  return 1\n}\nf()`,
    expect: {
      failure: {
        code: "script.error",
        message:
          "invalid type for argument 'first' in call to 'user-function:sleep': expected int(compatible), found string",
        stack: ["f:3", ":6"],
      },
    },
  },
  {
    name: "random numbers are those of the run's seed, and a script may choose its own",
    tengo: `
      rand := import("rand")
      a := rand.intn(1000000)
      rand.seed(5)
      b := [rand.int(), rand.intn(100)]
      r := rand.rand(5)
      export [a, b[0] == r.int(), b[1] == r.intn(100)]`,
    seed: 3,
    expect: {
      check(run) {
        const [first, second, third] = run.result as readonly unknown[];
        if (typeof first !== "number" || second !== true || third !== true) throw new Error(String(run.result));
      },
    },
  },
  {
    name: "regular expressions are RE2: by bytes, without backtracking, and a wrong one is a fault",
    tengo: `
      text := import("text")
      m := text.re_find("ä(b+)", "xäbb", -1)
      export [m[0][0].begin, m[0][1].text, text.re_replace("(?P<x>b)", "abc", "[$\{x}]"), text.re_match("(a+)+$", text.repeat("a", 5000) + "b")]`,
    expect: { result: [1, "bb", "a[b]c", false] },
  },
  {
    name: "a regular expression that RE2 does not know is a fault",
    tengo: `text := import("text")\ntext.re_match("(?=a)", "a")`,
    expect: { failure: { code: "script.error", message: /invalid or unsupported Perl syntax/, line: 2 } },
  },
  {
    name: "json is the bridge as a global and the language's own when it is imported",
    tengo: `
      own := import("json")
      e := json.encode([1])
      export [is_error(e) ? e.value.code : e, type_name(own.encode([1])), own.decode("{\\"a\\": 1.0}").a, is_error(own.decode("{"))]`,
    expect: { result: ["call.failed", "bytes", new Float(1), true] },
  },
  {
    name: "time the global is the language's, and every granted module can be imported",
    tengo: `export [type_name(time), string(time(0)), import("host").__module_name__, is_undefined(import("json").__module_name__)]`,
    expect: { result: ["builtin-function:time", "1970-01-01 00:00:00 +0000 UTC", "host", false] },
  },
];

/** The spell's own files. */
const FILES: readonly Case[] = [
  {
    name: "own files are imported by a path, with or without the ending, from the file that imports",
    tengo: `export [import("./lib/greet").hello("a"), import("lib/greet.tengo").hello("b"), import("./lib/nested/up")]`,
    modules: OWN_FILES,
    expect: { result: ["Hello, a", "Hello, b", "Hello, up"] },
  },
  {
    name: "what a module exports is immutable, ends it, and may stand in an if; without one it is undefined",
    tengo: `c := import("./constants"); export [c.a, is_immutable_map(c), is_undefined(import("./nothing"))]`,
    modules: OWN_FILES,
    expect: { result: [1, true, true] },
  },
  {
    name: "a module runs again wherever it is imported, as in the reference",
    tengo: `a := import("./late"); b := import("./late"); export a + b`,
    modules: OWN_FILES,
    expect: { result: 10, stdout: "ran ran " },
  },
  {
    name: "modules see the standard modules and the bridges, and not what the main file defines",
    tengo: `mine := 1; b := import("./bridges"); export [import("./same"), b.echo(5), b.version]`,
    modules: OWN_FILES,
    expect: { result: [[1], 5, "1.2"] },
  },
  {
    name: "an error that a module exports is a value",
    tengo: `e := import("./broken"); export [is_error(e), e.value.code]`,
    modules: OWN_FILES,
    expect: { result: [true, "lib.broken"] },
  },
  {
    name: "a fault in a module names its file and who imported it",
    tengo: `\nx := import("./error-thrown")`,
    modules: OWN_FILES,
    expect: { failure: { code: "script.error", file: "error-thrown.tengo", line: 1, stack: [":1", ":2"] } },
  },
  ...["../secret", "/etc/passwd", "./../../etc/passwd", "lib/../../x", "./lib", ".", "https://example.com/x"].map(
    (name): Case => ({
      name: `an import of ${name} is not found`,
      tengo: `x := import(${JSON.stringify(name)})`,
      modules: OWN_FILES,
      expect: { failure: { code: "script.module-not-found", message: `module '${name}' not found`, line: 1 } },
    }),
  ),
  {
    name: "modules that import each other are told so",
    tengo: `import("./a")`,
    modules: { tengo: { "a.tengo": `export import("./b")`, "b.tengo": `\nexport import("./a")` } },
    expect: { failure: { code: "script.syntax", message: "cyclic module import: a.tengo", file: "b.tengo", line: 2 } },
  },
  {
    name: "the name of an import is a literal",
    tengo: `name := "fmt"\nx := import(name)`,
    expect: { failure: { code: "script.syntax", line: 2 } },
  },
];

const MEMORY = { memory: 32 * 1024 * 1024, fuel: 200_000_000 };

/** Memory is live data. */
const LIVE: readonly Case[] = [
  {
    name: "equal texts count as often as they are made",
    tengo: `text := import("text"); keep := []; for { keep = append(keep, text.repeat("x", 10000)) }`,
    limits: MEMORY,
    expect: { failure: { code: "limit.memory" } },
  },
  {
    name: "one text counts once, however many hold it, whatever is thrown away meanwhile",
    tengo: `
      x := import("text").repeat("x", 1000000)
      keep := []
      for i := 0; i < 100; i++ { keep = append(keep, x) }
      for i := 0; i < 500000; i++ { y := [i, i, i] }
      export len(keep)`,
    limits: MEMORY,
    expect: { result: 100 },
  },
  {
    name: "what is thrown away does not count: texts, lists and ended tasks",
    tengo: `
      text := import("text")
      for i := 0; i < 200; i++ { x := text.repeat("x", 1000000); y := range(0, 10000) }
      for i := 0; i < 200; i++ { async.spawn(func() { return text.repeat("x", 1000000) + i }) }
      export "ok"`,
    limits: MEMORY,
    expect: { result: "ok" },
  },
  {
    name: "what ended tasks have given counts as long as they can be awaited",
    tengo: `
      text := import("text")
      keep := []
      for { keep = append(keep, async.spawn(func() { return text.repeat("x", 100000) + len(keep) })) }`,
    limits: MEMORY,
    expect: { failure: { code: "limit.memory" } },
  },
  {
    name: "a text that is printed from a list that holds itself is a stack overflow before it is too much for the machine",
    tengo: `a := [1]; a[0] = a; export string(a)`,
    limits: MEMORY,
    expect: { failure: { code: "limit.stack" } },
  },
];

export const TENGO_CASES: readonly Case[] = [...ENDS, ...CROSSING, ...STANDARD, ...FILES, ...LIVE];
