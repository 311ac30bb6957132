/**
 * The module `os`: 42 functions and 30 constants, reduced to what a sandbox allows. Every name is there and checks its
 * arguments as the reference does, so that a script fails where it uses what it cannot have, and is told why:
 * - constants are those of Linux on amd64, on every machine;
 * - `args()` is empty, `temp_dir()` is `/tmp`, `getpagesize()` is 4096, and the numbers of processes, users and groups
 *   are -1, which is what Go gives where a system has none;
 * - what would reach outside (files, processes, the environment, the machine's name) ends the spell with `grant.bridge`,
 *   and says which module to use instead: nobody looks at the error value of a program that was to be run, and an empty
 *   answer would look like a true one.
 */
import { TengoRuntimeError, WrongArgumentCount, WrongArgumentType } from "../errors.ts";
import { TengoArray, TengoChar, typeName, type NativeBody, type TengoValue } from "../values.ts";
import type { RunContext } from "../context.ts";
import { expectCount, functions, intArgument, ordinal, stringArgument } from "./arguments.ts";

const INTS: Readonly<Record<string, number>> = {
  o_rdonly: 0,
  o_wronly: 1,
  o_rdwr: 2,
  o_append: 0x400,
  o_create: 0x40,
  o_excl: 0x80,
  o_sync: 0x101000,
  o_trunc: 0x200,
  mode_dir: 2 ** 31,
  mode_append: 2 ** 30,
  mode_exclusive: 2 ** 29,
  mode_temporary: 2 ** 28,
  mode_symlink: 2 ** 27,
  mode_device: 2 ** 26,
  mode_named_pipe: 2 ** 25,
  mode_socket: 2 ** 24,
  mode_setuid: 2 ** 23,
  // As the reference spells it.
  mode_setgui: 2 ** 22,
  mode_char_device: 2 ** 21,
  mode_sticky: 2 ** 20,
  mode_type: 0x8f280000,
  mode_perm: 0o777,
  seek_set: 0,
  seek_cur: 1,
  seek_end: 2,
};

const OTHER_CONSTANTS: Readonly<Record<string, TengoValue>> = {
  platform: "linux",
  arch: "amd64",
  path_separator: new TengoChar(0x2f),
  path_list_separator: new TengoChar(0x3a),
  dev_null: "/dev/null",
};

/** The types that a function's arguments must convert to; `rest` is any number of strings. */
type Signature = readonly ("string" | "int" | "strings" | "rest")[];

/** What is out of reach. */
interface Refused {
  readonly topic: string;
  /** The bridge that has what may be had of it. */
  readonly module: string;
  readonly names: Readonly<Record<string, Signature>>;
}

const REFUSED: readonly Refused[] = [
  {
    topic: "files are",
    module: "files",
    names: {
      chdir: ["string"],
      chmod: ["string", "int"],
      chown: ["string", "int", "int"],
      create: ["string"],
      getwd: [],
      lchown: ["string", "int", "int"],
      link: ["string", "string"],
      mkdir: ["string", "int"],
      mkdir_all: ["string", "int"],
      open: ["string"],
      open_file: ["string", "int", "int"],
      read_file: ["string"],
      readlink: ["string"],
      remove: ["string"],
      remove_all: ["string"],
      rename: ["string", "string"],
      stat: ["string"],
      symlink: ["string", "string"],
      truncate: ["string", "int"],
    },
  },
  {
    topic: "programs are",
    module: "shell",
    names: {
      exec: ["string", "rest"],
      exec_look_path: ["string"],
      find_process: ["int"],
      start_process: ["string", "strings", "string", "strings"],
    },
  },
  {
    topic: "environment is",
    module: "env",
    names: {
      clearenv: [],
      environ: [],
      expand_env: ["string"],
      getenv: ["string"],
      getgroups: [],
      hostname: [],
      lookup_env: ["string"],
      setenv: ["string", "string"],
      unsetenv: ["string"],
    },
  },
];

function refuse(name: string, { topic, module }: Refused): never {
  const message = `os.${name}: a spell's ${topic} reached only through the module ${module}, where the profile grants it`;
  throw new TengoRuntimeError(message, "grant.bridge");
}

function checkStrings(value: TengoValue, name: string): void {
  if (!(value instanceof TengoArray)) throw new WrongArgumentType(name, "array", typeName(value));
  for (let index = 0; index < value.length; index++) {
    const item = value.store[value.start + index];
    if (typeof item !== "string") throw new WrongArgumentType(`${name}[${index}]`, "string", typeName(item));
  }
}

function check(args: readonly TengoValue[], signature: Signature, context: RunContext): void {
  const last = signature.at(-1) === "rest" ? signature.length - 1 : undefined;
  if (last === undefined) expectCount(args, signature.length);
  else if (args.length < last) throw new WrongArgumentCount();
  for (let index = last ?? args.length; index < args.length; index++) {
    stringArgument(args, index, context, `args[${index - 1}]`);
  }
  for (const [index, type] of signature.entries()) {
    if (type === "string") stringArgument(args, index, context);
    else if (type === "int") intArgument(args, index);
    else if (type === "strings") checkStrings(args[index], ordinal(index));
  }
}

function refusedBodies(): Record<string, NativeBody> {
  const bodies: Record<string, NativeBody> = {};
  for (const refused of REFUSED) {
    for (const [name, signature] of Object.entries(refused.names)) {
      bodies[name] = (args, context) => {
        check(args, signature, context);
        return refuse(name, refused);
      };
    }
  }
  return bodies;
}

/** A function without arguments whose answer is always the same. */
function constant(value: () => TengoValue): NativeBody {
  return (args) => {
    expectCount(args, 0);
    return value();
  };
}

const unknown = constant(() => -1);

const OTHERS: Readonly<Record<string, NativeBody>> = {
  args: constant(() => TengoArray.of([])),
  getegid: unknown,
  geteuid: unknown,
  getgid: unknown,
  getpagesize: constant(() => 4096),
  getpid: unknown,
  getppid: unknown,
  getuid: unknown,
  temp_dir: constant(() => "/tmp"),
  exit(args) {
    expectCount(args, 1);
    intArgument(args, 0);
    throw new TengoRuntimeError("os.exit: a spell cannot end its process; it ends where its script ends");
  },
};

/** The members of the module. */
export function makeOs(): ReadonlyMap<string, TengoValue> {
  return new Map<string, TengoValue>([
    ...Object.entries(INTS),
    ...Object.entries(OTHER_CONSTANTS),
    ...functions({ ...refusedBodies(), ...OTHERS }),
  ]);
}
