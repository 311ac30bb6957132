// setTimeout and its kin: each is a call of time.sleep, so that a replay is not faster or slower than the run was.
import { markTimer } from "./calls.js";
import { apply, mapDelete, mapGet, mapSet, PrimordialMap } from "./primordials.js";
import { codedError } from "./registry.js";
import { fail } from "./report.js";

const sleeping = new PrimordialMap();
let lastTimer = 0;

/** The four global functions, on top of the module `time` of those granted; without it they say how to grant it. */
export function openTimers(modules) {
  function need(name) {
    if (modules.time !== undefined) return;
    throw codedError("grant.bridge", `${name} needs the module "time": grant it in the profile under "bridges:"`);
  }
  async function wait(id, callback, delay, repeat, args) {
    try {
      for (;;) {
        const call = modules.time.sleep(delay);
        mapSet(sleeping, id, call);
        markTimer(call);
        await call;
        if (!repeat) mapDelete(sleeping, id);
        await apply(callback, undefined, args);
        if (!repeat || mapGet(sleeping, id) === undefined) return;
      }
    } catch (error) {
      if (mapGet(sleeping, id) === undefined && error?.code === "call.cancelled") return;
      fail(error);
    }
  }
  function begin(name, repeat, callback, delay, args) {
    need(name);
    if (typeof callback !== "function") throw new TypeError(`${name} takes a function`);
    const id = ++lastTimer;
    const milliseconds = +delay;
    void wait(id, callback, milliseconds > 0 ? milliseconds : 0, repeat, args);
    return id;
  }
  function clear(id) {
    const call = mapGet(sleeping, id);
    mapDelete(sleeping, id);
    call?.cancel();
  }
  return [
    ["setTimeout", (callback, delay, ...args) => begin("setTimeout", false, callback, delay, args)],
    ["setInterval", (callback, delay, ...args) => begin("setInterval", true, callback, delay, args)],
    ["clearTimeout", clear],
    ["clearInterval", clear],
  ];
}
