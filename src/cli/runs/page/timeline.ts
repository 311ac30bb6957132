import { formatElapsed, formatUsd } from "../format-figures.ts";
import { tookOf, type RunRecord, type ShownCall } from "../run-record.ts";
import { html, type Html } from "./escape-html.ts";

/** Heights in pixels: of a row, of a bar in it, and of the axis above. */
const ROW = 20;
const BAR = 15;
const AXIS = 24;

/** Bars narrower than this share of the axis have no text. */
const MIN_TEXT = 0.03;

/** A fiber's calls, those that overlap in rows of their own. */
interface Lane {
  readonly fiber: number;
  readonly rows: ShownCall[][];
}

/** The calls on a time axis, a lane for each fiber, each bar a link to the call. `colourOf` gives a module's class. */
export function timeline(record: RunRecord, colourOf: (call: ShownCall) => string): Html {
  const total = Math.max(record.elapsed, 1);
  const lanes = lanesOf(record.calls, total);
  const height = AXIS + lanes.reduce((sum, { rows }) => sum + rows.length * ROW, 0) + 6;
  const labels: Html[] = [];
  const bars: Html[] = [];
  let y = AXIS;
  for (const { fiber, rows } of lanes) {
    labels.push(html`<text x="10" y="${y + 14}">fiber ${fiber}</text>`);
    bars.push(html`<line class="grid" x1="0" x2="100%" y1="${y - 0.5}" y2="${y - 0.5}" />`);
    for (const row of rows) {
      for (const call of row) bars.push(bar(call, y + 2, total, colourOf(call)));
      y += ROW;
    }
  }
  const width = 50 + 8 * Math.max(...lanes.map(({ fiber }) => String(fiber).length), 1);
  return html`<div class="timeline">
    <svg width="${width}" height="${height}">${labels}</svg>
    <div class="scroll">
      <svg class="lanes" height="${height}">${ticks(total, height)}${bars}${pauses(record, total, height)}</svg>
    </div>
  </div>`;
}

/** Calls by fiber, each in the first row where nothing else is at its time. */
function lanesOf(calls: readonly ShownCall[], total: number): Lane[] {
  const lanes = new Map<number, Lane & { readonly ends: number[] }>();
  for (const call of calls.toSorted((a, b) => a.began - b.began || a.id - b.id)) {
    let lane = lanes.get(call.fiber);
    if (lane === undefined) lanes.set(call.fiber, (lane = { fiber: call.fiber, rows: [], ends: [] }));
    let row = lane.ends.findIndex((end) => end <= call.began);
    if (row < 0) row = lane.rows.push([]) - 1;
    lane.rows[row]?.push(call);
    // As wide as it is drawn at least: what takes no time would lie upon each other.
    lane.ends[row] = Math.max(call.ended ?? total, call.began + total / 800);
  }
  return [...lanes.values()].sort((a, b) => a.fiber - b.fiber);
}

function bar(call: ShownCall, y: number, total: number, colour: string): Html {
  const { id, began, ended, error } = call;
  const share = ((ended ?? total) - began) / total;
  const [x, width] = [percent(began / total), percent(share)];
  const kind = ended === undefined ? "open" : error === undefined ? "" : "error";
  const text = share < MIN_TEXT ? undefined : html`<text x="4" y="11">${call.function}</text>`;
  return html`<a href="#c${id}" class="bar ${kind}"
    ><title>${describe(call)}</title
    ><svg x="${x}" y="${y}" width="${width}" height="${BAR}">
      <rect class="${colour}" width="100%" height="100%" rx="2" />
      ${text}</svg
    ><rect class="${colour}" x="${x}" y="${y}" width="2" height="${BAR}"
  /></a>`;
}

function describe(call: ShownCall): string {
  const { id, spent, error, cancelled } = call;
  const took = tookOf(call);
  const parts = [
    `${id} ${call.function}`,
    took === undefined ? "no answer" : formatElapsed(took),
    spent === undefined ? "" : `${spent.tokens} tokens ${formatUsd(spent.usd)}`.trim(),
    error === undefined ? "" : `error ${error.code}`,
    cancelled ? "given up" : "",
  ];
  return parts.filter((part) => part !== "").join(", ");
}

/** Lines at round times, at most ten of them. */
function ticks(total: number, height: number): Html[] {
  const step = roundStep(total / 9);
  const count = Math.floor(total / step);
  return Array.from({ length: count + 1 }, (_, index) => {
    const x = percent((index * step) / total);
    // At the right end there is no room beside the line.
    const [anchor, dx] = (index * step) / total > 0.95 ? ["end", -3] : ["start", 3];
    return html`<line class="grid" x1="${x}" x2="${x}" y1="18" y2="${height}" /><text
        class="tick"
        x="${x}"
        dx="${dx}"
        text-anchor="${anchor}"
        y="14"
        >${formatElapsed(index * step)}</text
      >`;
  });
}

/** The least of 1, 2, 5, 10, … ms, of the steps of a clock, or of days, that is no less than `least`. */
function roundStep(least: number): number {
  const clock = [15, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200, 14_400, 28_800, 86_400].map((each) => each * 1000);
  if (least > 10_000) return clock.find((step) => step >= least) ?? 86_400_000 * Math.ceil(least / 86_400_000);
  const power = 10 ** Math.max(0, Math.floor(Math.log10(least)));
  return [1, 2, 5, 10].map((each) => each * power).find((step) => step >= least) ?? power * 10;
}

function pauses({ pauses: all }: RunRecord, total: number, height: number): Html[] {
  return all.map(({ at, pause }) => {
    const x = percent(at / total);
    const text = `resumed ${formatElapsed(pause)} later`;
    return html`<g
      ><title>${text}</title><line class="pause" x1="${x}" x2="${x}" y1="0" y2="${height}" /><text
        class="pausetext"
        x="${x}"
        dx="4"
        y="${height - 4}"
        >${text}</text
      ></g
    >`;
  });
}

function percent(share: number): string {
  return `${Number((Math.min(Math.max(share, 0), 1) * 100).toFixed(4))}%`;
}
