import { formatElapsed, formatNumber, formatUsd } from "../format-figures.ts";
import { tookOf, type ShownCall } from "../run-record.ts";
import { html, type Html } from "./escape-html.ts";

/** Functions that the table names; the rest is added up. */
const MAX_ROWS = 30;

interface Cost {
  readonly name: string;
  readonly call: ShownCall;
  calls: number;
  errors: number;
  milliseconds: number;
  tokens: number;
  usd: number;
}

/** What each function cost in all, the dearest first, then the slowest. It is the key to the colours as well. */
export function costTable(calls: readonly ShownCall[], colourOf: (call: ShownCall) => string): Html {
  const costs = [...sumUp(calls).values()].sort((a, b) => b.usd - a.usd || b.milliseconds - a.milliseconds);
  const rows = costs.slice(0, MAX_ROWS).map((cost) => {
    const { name, call, errors, milliseconds, tokens, usd } = cost;
    return html`<tr>
      <td><i class="key ${colourOf(call)}"></i>${name}</td>
      <td class="n">${formatNumber(cost.calls)}</td>
      <td class="n bad">${formatNumber(errors)}</td>
      <td class="n">${formatElapsed(milliseconds)}</td>
      <td class="n">${formatNumber(tokens)}</td>
      <td class="n">${formatUsd(usd)}</td>
    </tr>`;
  });
  const more = costs.length - MAX_ROWS;
  return html`<table>
      <tr>
        <th>function</th>
        <th class="n">calls</th>
        <th class="n">errors</th>
        <th class="n">time in all</th>
        <th class="n">tokens</th>
        <th class="n">cost</th>
      </tr>
      ${rows}
    </table>
    ${more > 0 ? html`<p class="dim">and ${more} more</p>` : undefined}`;
}

function sumUp(calls: readonly ShownCall[]): ReadonlyMap<string, Cost> {
  const costs = new Map<string, Cost>();
  for (const call of calls) {
    const name = call.function;
    let cost = costs.get(name);
    if (cost === undefined)
      costs.set(name, (cost = { name, call, calls: 0, errors: 0, milliseconds: 0, tokens: 0, usd: 0 }));
    cost.calls++;
    if (call.error !== undefined) cost.errors++;
    cost.milliseconds += tookOf(call) ?? 0;
    cost.tokens += call.spent?.tokens ?? 0;
    cost.usd += call.spent?.usd ?? 0;
  }
  return costs;
}
