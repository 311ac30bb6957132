/** How many colours modules share. */
export const COLOURS = 8;

/** The page's style. Nothing in it comes from a run. */
export const STYLE = `
:root { color-scheme: light dark; --back: #fff; --panel: #f6f7f9; --line: #dfe3e8; --text: #1c2128; --dim: #656d76;
  --link: #0a58ca; --bad: #c62828; --good: #1a7f37; --warn: #9a6700; --mark: #fff3c4;
  --c0: #4c78a8; --c1: #e07b1a; --c2: #3d9a8f; --c3: #8e6bbf; --c4: #5a9a3f; --c5: #c2548f; --c6: #a07a2c; --c7: #6b7a8a; }
@media (prefers-color-scheme: dark) { :root { --back: #14171b; --panel: #1c2026; --line: #323842; --text: #e4e7eb;
  --dim: #98a1ac; --link: #79b0ff; --bad: #ff7b72; --good: #56d364; --warn: #e3b341; --mark: #3b3418;
  --c0: #5b8fc7; --c1: #d9822b; --c2: #46a99d; --c3: #a083d0; --c4: #6cae4f; --c5: #d069a3; --c6: #b8923f; --c7: #8795a5; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 1500px; padding: 20px 24px 60px; background: var(--back); color: var(--text);
  font: 14px/1.45 system-ui, sans-serif; }
h1 { font-size: 22px; margin: 0 0 2px; display: flex; gap: 12px; align-items: baseline; flex-wrap: wrap; overflow-wrap: anywhere; }
h2 { font-size: 15px; margin: 28px 0 8px; display: flex; gap: 12px; align-items: baseline; }
h2 small, .dim { color: var(--dim); font-weight: normal; }
a { color: inherit; }
code, pre, .mono { font-family: ui-monospace, "SF Mono", Menlo, Consolas, monospace; font-size: 12.5px; }
pre { margin: 0; white-space: pre-wrap; overflow-wrap: anywhere; tab-size: 4; }
.badge { font-size: 12px; font-weight: 600; padding: 2px 9px; border-radius: 10px; border: 1px solid currentColor; }
.done { color: var(--good); } .failed, .crashed { color: var(--bad); } .interrupted, .running { color: var(--warn); }
.cards { display: flex; flex-wrap: wrap; gap: 10px; margin: 16px 0 0; }
.card { background: var(--panel); border: 1px solid var(--line); border-radius: 8px; padding: 8px 14px; min-width: 110px; }
.card b { display: block; font-size: 17px; font-variant-numeric: tabular-nums; } .card span { color: var(--dim); font-size: 12px; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 3px 16px; margin: 14px 0 0; }
dt { color: var(--dim); } dd { margin: 0; overflow-wrap: anywhere; }
.box { background: var(--panel); border: 1px solid var(--line); border-radius: 8px; padding: 10px 14px; }
.box.long { max-height: 420px; overflow: auto; }
.box.bad { border-color: var(--bad); } .stderr, .bad { color: var(--bad); }
.timeline { border: 1px solid var(--line); border-radius: 8px; background: var(--panel); max-height: 70vh; overflow-y: auto;
  display: grid; grid-template-columns: auto minmax(0, 1fr); }
.timeline svg { display: block; } .timeline .scroll { overflow-x: auto; overflow-y: hidden; }
.timeline text { font: 11px system-ui, sans-serif; fill: var(--text); }
.timeline .tick { fill: var(--dim); } .timeline .grid { stroke: var(--line); } .timeline .pause { stroke: var(--warn); stroke-dasharray: 4 3; }
.timeline .pausetext { fill: var(--warn); } .timeline .bar text { fill: #fff; font-size: 10.5px; }
.timeline a:hover rect { opacity: .75; } .timeline a:focus-visible rect { stroke: var(--text); stroke-width: 2; }
.bar.open rect { opacity: .45; } .bar.error rect:first-child { stroke: var(--bad); stroke-width: 3; }
.bar.error > rect { stroke: none; fill: var(--bad); }
.zoom { display: inline-flex; gap: 2px; font-size: 12px; font-weight: normal; }
.zoom label { padding: 1px 8px; border-radius: 6px; cursor: pointer; color: var(--dim); }
.zoomed { position: absolute; opacity: 0; } .zoomed:focus-visible + * { outline: 2px solid var(--link); }
#z1:checked ~ h2 [for=z1], #z4:checked ~ h2 [for=z4], #z16:checked ~ h2 [for=z16], #z64:checked ~ h2 [for=z64] {
  background: var(--line); color: var(--text); }
#z4:checked ~ .timeline .scroll svg.lanes { width: 400%; } #z16:checked ~ .timeline .scroll svg.lanes { width: 1600%; }
#z64:checked ~ .timeline .scroll svg.lanes { width: 6400%; } svg.lanes { width: 100%; }
table { border-collapse: collapse; } th { text-align: left; color: var(--dim); font-weight: normal; font-size: 12px; }
th, td { padding: 3px 18px 3px 0; } td.n, th.n { text-align: right; font-variant-numeric: tabular-nums; }
.key { display: inline-block; width: 11px; height: 11px; border-radius: 3px; margin-right: 7px; }
.calls { border: 1px solid var(--line); border-radius: 8px; overflow: hidden; }
.row { display: grid; grid-template-columns: 56px 48px minmax(120px, 200px) minmax(0, 1fr) minmax(0, 1fr) 80px 72px 76px; gap: 12px;
  padding: 4px 12px; align-items: baseline; }
.row > * { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; } .row .n { text-align: right; font-variant-numeric: tabular-nums; }
.head { background: var(--panel); color: var(--dim); font-size: 12px; }
.calls details { border-top: 1px solid var(--line); content-visibility: auto; contain-intrinsic-size: auto 29px; }
.calls summary { cursor: pointer; list-style: none; } .calls summary::-webkit-details-marker { display: none; }
.calls summary:hover { background: var(--panel); } details[open] > summary { background: var(--panel); font-weight: 600; }
.open-call { padding: 8px 12px 14px 80px; display: grid; gap: 8px; scroll-margin-top: 60px; } .open-call:target { background: var(--mark); }
.open-call h3 { margin: 0; font-size: 12px; color: var(--dim); font-weight: normal; }
details.more > summary { cursor: pointer; color: var(--link); margin-top: 10px; } details.more .box { margin-top: 6px; }
footer { margin-top: 36px; color: var(--dim); font-size: 12px; overflow-wrap: anywhere; }
@media (max-width: 900px) { body { padding: 14px 12px 40px; } .row { grid-template-columns: 40px minmax(90px, 1fr) minmax(0, 1fr) 64px; }
  .row > :nth-child(2), .row > :nth-child(4), .row > :nth-child(7), .row > :nth-child(8) { display: none; } .open-call { padding-left: 12px; } }
@media print { .box.long, .timeline { max-height: none; } }
`
  .replaceAll("\n", " ")
  .trim();

/** Fills of the modules' colours. */
export const COLOUR_STYLE = Array.from(
  { length: COLOURS },
  (_, index) => `.m${index} { fill: var(--c${index}); background: var(--c${index}); }`,
).join(" ");
