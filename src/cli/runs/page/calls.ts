import type { Value } from "../../../contract/value.ts";
import { formatSize } from "../../../contract/quantity.ts";
import { formatElapsed, formatNumber, formatUsd } from "../format-figures.ts";
import { tookOf, type ShownCall } from "../run-record.ts";
import { argumentsOnOneLine } from "../run-texts.ts";
import { answerText } from "../show-run.ts";
import { html, type Html } from "./escape-html.ts";
import { valueText } from "./value-text.ts";

/** Characters of one value, and of all of them in a page: more cannot be looked at in a browser. */
const MAX_VALUE = 64 * 1024;
const MAX_ALL = 24 * 1024 * 1024;

/** Characters of what stands in a row. */
const MAX_CELL = 120;

/** A row for each call that opens to what was passed and answered. */
export function callRows(calls: readonly ShownCall[], colourOf: (call: ShownCall) => string): Html {
  let room = MAX_ALL;
  const shown = (value: Value) => {
    const text = valueText(value);
    const kept = text.slice(0, Math.max(1024, Math.min(MAX_VALUE, room)));
    room -= kept.length;
    if (kept.length === text.length) return html`<pre>${text}</pre>`;
    return html`<pre>${kept}</pre>
      <span class="dim">… ${formatSize(text.length - kept.length)} more: llmspell runs export has all</span>`;
  };
  const head = html`<div class="row head">
    <span class="n">call</span><span class="n">fiber</span><span>function</span><span>arguments</span><span>answer</span
    ><span class="n">time</span><span class="n">tokens</span><span class="n">cost</span>
  </div>`;
  return html`<div class="calls">${head}${calls.map((call) => row(call, colourOf(call), shown))}</div>`;
}

function row(call: ShownCall, colour: string, shown: (value: Value) => Html): Html {
  const { id, fiber, args, spent, error } = call;
  const took = tookOf(call);
  const answer = answerText(call).slice(0, MAX_CELL);
  return html`<details>
    <summary class="row">
      <span class="n dim">${id}</span><span class="n dim">${fiber}</span
      ><span><i class="key ${colour}"></i>${call.function}</span
      ><code>${argumentsOnOneLine(args).slice(0, MAX_CELL)}</code
      ><code class="${error === undefined ? "" : "bad"}">${answer}</code
      ><span class="n">${took === undefined ? "" : formatElapsed(took)}</span
      ><span class="n">${formatNumber(spent?.tokens ?? 0)}</span><span class="n">${formatUsd(spent?.usd ?? 0)}</span>
    </summary>
    <div class="open-call" id="c${id}">${body(call, shown)}</div>
  </details> `;
}

function body(call: ShownCall, shown: (value: Value) => Html): Html {
  const { args, value, error, position, callbacks, began, ended, cancelled } = call;
  const place = position === undefined ? "" : `${position.file}:${position.line}`;
  const facts = [
    `began at ${formatElapsed(began)}`,
    place === "" ? "" : `called at ${place}`,
    callbacks === 0 ? "" : `called the script back ${callbacks} times`,
  ];
  const answer = () => {
    if (error !== undefined) {
      const details = error.details === null ? undefined : shown(error.details);
      return html`<div>
        <h3>error</h3>
        <pre class="bad">${error.code}: ${error.message}</pre>
        ${details}
      </div>`;
    }
    if (ended === undefined) return html`<div class="dim">It was never answered.</div>`;
    if (cancelled) return html`<div class="dim">The script gave it up.</div>`;
    return html`<div>
      <h3>answer</h3>
      ${shown(value ?? null)}
    </div>`;
  };
  const passed = args.map(
    (argument, index) =>
      html`<div>
        <h3>argument ${index + 1}</h3>
        ${shown(argument)}
      </div>`,
  );
  return html`<div class="dim">${facts.filter((fact) => fact !== "").join(" · ")}</div>
    ${passed}${answer()}`;
}
