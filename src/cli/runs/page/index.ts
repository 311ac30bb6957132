/**
 * The page of `runs show --html`: one file without scripts and without anything from elsewhere; its policy allows its
 * own style and nothing more. Texts of a run get into it only through `html`, which escapes them. What opens is
 * `<details>`, what zooms are radio buttons.
 */
import { formatResult } from "../../format-value.ts";
import { formatElapsed, formatInstant, formatUsd } from "../format-figures.ts";
import type { RunRecord, ShownCall } from "../run-record.ts";
import { statusText } from "../run-texts.ts";
import { elapsedOf, type WholeRun } from "../show-run.ts";
import { callRows } from "./calls.ts";
import { costTable } from "./costs.ts";
import { Html, html } from "./escape-html.ts";
import { COLOUR_STYLE, COLOURS, STYLE } from "./style.ts";
import { timeline } from "./timeline.ts";
import { valueText } from "./value-text.ts";

/** Characters of output and sources that a page shows. */
const MAX_TEXT = 1024 * 1024;

/** A run as a page of HTML. */
export function runPage(run: WholeRun): string {
  const { row, record } = run;
  const style = `${STYLE} ${COLOUR_STYLE}`;
  const hash = new Bun.CryptoHasher("sha256").update(style).digest("base64");
  const policy = `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'`;
  const colourOf = colours(record.calls);
  const calls = record.calls.length === 0 ? undefined : callSections(record, colourOf);
  // The style stands as it is: its hash is what the policy allows.
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${policy}" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="referrer" content="no-referrer" />
        <title>${row.spell} · ${row.id}</title>
        ${new Html(`<style>${style}</style>`)}
      </head>
      <body>
        <h1>${row.spell} <span class="badge ${row.status}">${statusText(row)}</span></h1>
        <div class="dim mono">${row.id}</div>
        ${cards(run)}${facts(run)}${ending(record)}${calls}${output(record)}${begun(record)}
        <footer>${run.entries} entries, head of the chain <span class="mono">${run.digest}</span></footer>
      </body>
    </html> `;
  return page.text;
}

/** A colour for each module, in the order in which they are used. */
function colours(calls: readonly ShownCall[]): (call: ShownCall) => string {
  const modules = new Map<string, number>();
  const moduleOf = (call: ShownCall) => call.function.split(".")[0] ?? "";
  for (const call of calls) if (!modules.has(moduleOf(call))) modules.set(moduleOf(call), modules.size % COLOURS);
  return (call) => `m${modules.get(moduleOf(call)) ?? 0}`;
}

function cards(run: WholeRun): Html {
  const { row } = run;
  const all: readonly (readonly [string, string])[] = [
    [formatElapsed(elapsedOf(run)), "time"],
    [row.calls.toLocaleString("en-US"), "calls"],
    [row.llmCalls.toLocaleString("en-US"), "to models"],
    [row.tokens.toLocaleString("en-US"), "tokens"],
    [formatUsd(row.usd) || "$0", "cost"],
  ];
  return html`<div class="cards">
    ${all.map(([value, name]) => html`<div class="card"><b>${value}</b><span>${name}</span></div>`)}
  </div>`;
}

function facts({ row, record: { start, pauses } }: WholeRun): Html {
  const resumed = pauses.map(({ at, pause }) => `after ${formatElapsed(at)}, ${formatElapsed(pause)} later`).join("; ");
  const all: readonly (readonly [string, string | undefined])[] = [
    ["started", formatInstant(row.started, true)],
    ["spell", start && `${start.spell.path}${start.spell.version === "" ? "" : `, version ${start.spell.version}`}`],
    ["engine", start?.versions.engine ?? row.engine],
    ["llmspell", start?.versions.llmspell],
    ["profile", start?.profile.name],
    ["model", start?.invocation.model],
    ["folder", start?.invocation.folder],
    ["forked from", row.parent && `${row.parent.id} at call ${row.parent.at}`],
    ["resumed", resumed || undefined],
  ];
  const given = all.flatMap(([name, value]) =>
    value === undefined
      ? []
      : [
          html`<dt>${name}</dt>
            <dd>${value}</dd>`,
        ],
  );
  return html`<dl>${given}</dl>`;
}

function ending({ end }: RunRecord): Html | undefined {
  if (end === undefined) return undefined;
  const { failure, result } = end;
  if (failure !== undefined) {
    const frames = failure.stack
      .slice(0, 20)
      .map(({ name, file, line }) => `\n  at ${name || "the main part"} (${file}:${line})`);
    return html`<h2>Failure</h2>
      <pre class="box bad">${failure.code}: ${failure.message}${frames.join("")}</pre>`;
  }
  if (result === null) return undefined;
  const text = formatResult(result);
  return html`<h2>Result</h2>
    <pre class="box long">${typeof text === "string" && typeof result === "string" ? text : valueText(result)}</pre>`;
}

function callSections(record: RunRecord, colourOf: (call: ShownCall) => string): Html {
  const { calls } = record;
  const zooms = [1, 4, 16, 64];
  const radios = zooms.map((zoom) => {
    const checked = new Html(zoom === 1 ? " checked" : "");
    return html`<input class="zoomed" type="radio" name="zoom" id="z${zoom}" ${checked} />`;
  });
  const labels = zooms.map((zoom) => html`<label for="z${zoom}">${zoom} ×</label>`);
  return html`<section>
      ${radios}
      <h2>Timeline <span class="zoom">${labels}</span></h2>
      ${timeline(record, colourOf)}
    </section>
    <h2>What it cost</h2>
    ${costTable(calls, colourOf)}
    <h2>Calls <small>a row opens to its values</small></h2>
    ${callRows(calls, colourOf)}`;
}

function output({ output: parts }: RunRecord): Html | undefined {
  if (parts.length === 0) return undefined;
  let room = MAX_TEXT;
  const shown = parts.map(({ stream, text }) => {
    const part = Buffer.from(text).toString().slice(0, Math.max(0, room));
    room -= part.length;
    return html`<span class="${stream}">${part}</span>`;
  });
  return html`<h2>Output</h2>
    <pre class="box long">${shown}${room <= 0 ? "…" : ""}</pre>`;
}

function begun({ start }: RunRecord): Html | undefined {
  if (start === undefined) return undefined;
  const sources = Object.entries(start.spell.sources).map(
    ([name, text]) =>
      html`<details class="more">
        <summary>${name}</summary>
        <pre class="box">${text.slice(0, MAX_TEXT)}</pre>
      </details>`,
  );
  return html`<h2>Begun with</h2>
    <details class="more">
      <summary>parameters</summary>
      <pre class="box">${valueText(start.message.parameters)}</pre>
    </details>
    ${sources}`;
}
