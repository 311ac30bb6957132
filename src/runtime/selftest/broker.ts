import { tmpdir } from "node:os";
import { selfCommand } from "../self-command.ts";
import type { BrokerAnswer, BrokerTask } from "./broker-message.ts";
import type { Canaries } from "./case-folder.ts";
import { processesBelow } from "./processes.ts";

/** The hidden command that is a broker. */
export const BROKER_COMMAND = "selftest-broker";

/** How long it may take to start. */
const START_TIME = 30_000;

/** One broker in a process of its own, that goes through tasks one after the other. */
export interface Broker {
  /** Undefined where it hung or died; it must be closed then. */
  perform(task: BrokerTask, patience: number): Promise<BrokerAnswer | undefined>;
  /** Processes that it has left. */
  leftOver(): number[];
  /** What it wrote itself, which is nothing where all is well. */
  written(): string;
  close(): void;
}

/** Starts a broker whose environment holds a secret. */
export async function openBroker({ key }: Canaries): Promise<Broker> {
  let heard: ((message: unknown) => void) | undefined;
  let written = "";
  const child = Bun.spawn([...selfCommand(), BROKER_COMMAND], {
    // A session of its own, by which its processes are known even when they have lost their parent.
    detached: true,
    cwd: tmpdir(),
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
    env: brokerEnvironment(key),
    ipc: (message: unknown) => heard?.(message),
    onExit: () => heard?.(undefined),
  });
  const read = async (stream: ReadableStream<Uint8Array>) => {
    for await (const chunk of stream) written += new TextDecoder().decode(chunk);
  };
  void read(child.stdout);
  void read(child.stderr);

  async function hear<T>(patience: number): Promise<T | undefined> {
    const { promise, resolve } = Promise.withResolvers<T | undefined>();
    heard = (message) => resolve(message as T | undefined);
    const timer = setTimeout(() => resolve(undefined), patience);
    const message = await promise;
    clearTimeout(timer);
    heard = undefined;
    return message;
  }

  const starting = hear<string>(START_TIME);
  await starting;
  return {
    async perform(task, patience) {
      if (child.exitCode !== null || child.signalCode !== null) return undefined;
      const answer = hear<BrokerAnswer>(patience);
      child.send(task);
      return answer;
    },
    leftOver: () => processesBelow(child.pid),
    written: () => written,
    close() {
      for (const pid of [child.pid, ...processesBelow(child.pid)]) kill(pid);
    },
  };
}

function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It is gone.
  }
}

function brokerEnvironment(key: string): Record<string, string> {
  const passed = ["PATH", "SystemRoot", "TMPDIR", "TEMP"].flatMap((name) => {
    const value = process.env[name];
    return value === undefined ? [] : [[name, value]];
  });
  return {
    ...(Object.fromEntries(passed) as Record<string, string>),
    HOME: tmpdir(),
    OPENAI_API_KEY: key,
    SELFTEST_KEY: key,
    SELFTEST_PUBLIC: "public",
    NO_COLOR: "1",
  };
}
