import { SpellError } from "../contract/errors.ts";
import type { Value } from "../contract/value.ts";
import { callName, type GateCall, type Link } from "./call.ts";
import { Deadlines } from "./deadlines.ts";

/** Ends a call that takes longer than limits.callTime, and makes every wait end when the script cancels. */
export class TimeLimit {
  readonly #deadlines: Deadlines;

  constructor(callTime: number, elapsed: () => number) {
    this.#deadlines = new Deadlines(callTime, elapsed);
  }

  readonly link: Link = (call, next) =>
    new Promise<Value>((resolve, reject) => {
      const deadline = call.target.definition.untimed ? undefined : this.#deadlines.set(() => call.end.end(late(call)));
      if (deadline !== undefined) call.end.due = deadline.at;
      const settle = <T>(how: (result: T) => void) => {
        return (result: T): void => {
          if (deadline !== undefined) this.#deadlines.takeBack(deadline);
          how(result);
        };
      };
      call.end.listen(reject);
      try {
        next(call).then(settle(resolve), settle(reject));
      } catch (error) {
        settle(reject)(error);
      }
    });

  /** The run is over. */
  close(): void {
    this.#deadlines.close();
  }
}

function late(call: GateCall): SpellError {
  const value = call.limits.callTime;
  return new SpellError("call.timeout", `${callName(call)} took longer than ${value} ms`, {
    details: { limit: "callTime", value },
  });
}
