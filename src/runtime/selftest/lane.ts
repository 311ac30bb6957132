import { openBroker, type Broker } from "./broker.ts";
import type { BrokerAnswer, BrokerTask, Ending } from "./broker-message.ts";
import type { CaseFolder, Canaries } from "./case-folder.ts";
import { openTrapServer, type TrapServer } from "./trap-server.ts";

/** How much longer than its limit a task may take before its broker is taken for hung, in ms. */
const PATIENCE = 20_000;

/** How long processes that were killed may take to be gone, in ms. */
const DEATH_TIME = 300;

/** One broker and one server, through which cases go one after the other. */
export class Lane {
  readonly canaries: Canaries;
  readonly server: TrapServer;
  #broker: Broker | undefined;

  private constructor(canaries: Canaries, server: TrapServer) {
    this.canaries = canaries;
    this.server = server;
  }

  static async open(canaries: Canaries): Promise<Lane> {
    return new Lane(canaries, await openTrapServer(canaries.key));
  }

  /** Undefined where the broker hung or died: the next task gets a new one. */
  async perform(task: BrokerTask, wallTime: number): Promise<BrokerAnswer | undefined> {
    this.#broker ??= await openBroker(this.canaries);
    const answer = await this.#broker.perform(task, wallTime + PATIENCE);
    if (answer === undefined) this.#closeBroker();
    return answer;
  }

  /** What a case left that is to be seen from outside: processes, requests, and the canary wherever it may be. */
  async faults(ending: Ending | undefined, folder: CaseFolder): Promise<string[]> {
    const faults = [...folder.faults(this.canaries), ...this.server.takeHits()];
    const written = this.#broker?.written() ?? "";
    const texts = { ...ending, "what the broker itself wrote": written };
    for (const [place, text] of Object.entries(texts)) {
      const seen = typeof text === "string" ? text : (JSON.stringify(text) ?? "");
      if (Object.values(this.canaries).some((canary) => seen.includes(canary)))
        faults.push(`the canary is in ${place}`);
    }
    const left = await this.#leftOver();
    if (left > 0) faults.push(`${left} processes were left`);
    return faults;
  }

  async #leftOver(): Promise<number> {
    const count = () => this.#broker?.leftOver().length ?? 0;
    const end = performance.now() + DEATH_TIME;
    while (count() > 0 && performance.now() < end) await Bun.sleep(10);
    return count();
  }

  close(): void {
    this.#closeBroker();
    this.server.close();
  }

  #closeBroker(): void {
    this.#broker?.close();
    this.#broker = undefined;
  }
}
