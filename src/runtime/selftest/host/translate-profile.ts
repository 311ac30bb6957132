/** Keys of the cases' profiles → ours, and how their numbers are written. Others keep their names, as typing errors do. */
const LIMITS: Readonly<Record<string, string>> = {
  timeout: "wallTime",
  wall: "wallTime",
  time: "wallTime",
  wall_time: "wallTime",
  instructions: "fuel",
  steps: "fuel",
  tokens: "tokens",
  calls: "calls",
};

const UNITS: readonly (readonly [suffix: RegExp, unit: string])[] = [
  [/_(?:mb|mib)$/, "MiB"],
  [/_(?:kb|kib)$/, "KiB"],
  [/_bytes$/, ""],
  [/_(?:ms|millis)$/, "ms"],
  [/_(?:s|sec|seconds)$/, "s"],
];

type Tree = Readonly<Record<string, unknown>>;

/** The same profile in our keys, or undefined where it is not written in theirs. */
export function translateProfile(text: string): string | undefined {
  const tree = parse(text);
  const sandbox = tree?.["sandbox"];
  if (tree === undefined || !isTree(sandbox)) return undefined;
  const bridges: Record<string, unknown> = {};
  const limits: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(sandbox)) {
    if (key === "fs" || key === "files") bridges["files"] = value;
    else if (key === "network" || key === "net" || key === "http") bridges["http"] = { allow: rulesOf(value) };
    else if (key === "env") bridges["env"] = { names: value };
    else Object.assign(limits, limitOf(key, value));
  }
  const { sandbox: _sandbox, ...rest } = tree;
  const more = Object.keys(limits).length === 0 ? {} : { limits };
  return JSON.stringify({ extends: "minimal", ...rest, bridges, ...more });
}

function parse(text: string): Tree | undefined {
  try {
    const tree: unknown = Bun.YAML.parse(text);
    return isTree(tree) ? tree : undefined;
  } catch {
    return undefined;
  }
}

function isTree(value: unknown): value is Tree {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function rulesOf(hosts: unknown): unknown {
  if (!Array.isArray(hosts)) return hosts;
  return hosts.map((host: unknown) => (typeof host === "string" ? `GET *://${host}/**` : host));
}

function limitOf(key: string, value: unknown): Tree {
  const [suffix, unit] = UNITS.find(([each]) => each.test(key)) ?? [/$^/, undefined];
  const name = key.replace(suffix, "");
  const ours = Object.hasOwn(LIMITS, name) ? (LIMITS[name] ?? name) : name;
  const written = unit === undefined || typeof value !== "number" ? value : `${value}${unit}`;
  return { [ours]: written };
}
