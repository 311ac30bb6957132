import * as api from "fengari/src/lua.js";

/**
 * Puts a function in front of `table.sort`, the value at the top of the stack: fengari chooses pivots of long lists by
 * `Math.random`, which no replay would choose again. It sorts without waiting, so that nobody else sees the change.
 */
export function steadySort(state: Parameters<typeof api.lua_gettop>[0], random: () => number): void {
  const sort = api.lua_tocfunction(state, -1);
  api.lua_settop(state, -2);
  api.lua_pushcfunction(state, (running) => {
    const { random: before } = Math;
    Math.random = random;
    try {
      return sort(running);
    } finally {
      Math.random = before;
    }
  });
}
