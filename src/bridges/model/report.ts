import type { ReportFormat } from "./report-formats.ts";
import type { Catalogue, CatalogueModel, ModelAbility } from "../../contract/catalogue.ts";
import type { Figures } from "./analytics.ts";
import { barChart, escapeXml } from "./charts.ts";
import { openApiOf } from "./open-api.ts";

/** What a report shows. */
export interface ReportContent {
  readonly models: readonly CatalogueModel[];
  readonly sources: Catalogue["sources"];
  /** What earlier runs saw; absent where nobody asked for it. */
  readonly figures?: Figures | undefined;
  /** The day that figures begin with, as a person reads it. */
  readonly since?: string | undefined;
}

/** Writes a report. */
export function writeReport(format: ReportFormat, content: ReportContent): string {
  switch (format) {
    case "md":
      return markdown(content);
    case "json":
      return `${JSON.stringify(content, null, 2)}\n`;
    case "csv":
      return csv(content);
    case "html":
      return html(content);
    case "openapi":
      return `${JSON.stringify(openApiOf(content), null, 2)}\n`;
    case "svg":
      return `${priceChart(content.models)}\n`;
  }
}

const ABILITIES: readonly ModelAbility[] = ["tools", "vision", "audio", "video", "files", "thinking"];

/** A table: its title, its heads, its rows. */
interface Table {
  readonly title: string;
  readonly heads: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

function tablesOf({ models, figures }: ReportContent): Table[] {
  const catalogue: Table = {
    title: "Models",
    heads: ["model", "context", "longest answer", "$/M in", "$/M out", "cut-off", "released", ...ABILITIES],
    rows: models.map((model) => [
      model.name,
      show(model.contextLength),
      show(model.maxOutput),
      show(model.price?.input) + (model.price?.varies ? "+" : ""),
      show(model.price?.output),
      model.cutOff ?? "",
      model.released ?? "",
      ...ABILITIES.map((ability) => yesNo(model.abilities[ability])),
    ]),
  };
  return [catalogue, ...(figures === undefined ? [] : figureTables(figures))].filter(({ rows }) => rows.length > 0);
}

function figureTables({ models, days, anomalies }: Figures): Table[] {
  return [
    {
      title: "Calls on this machine",
      heads: [
        "model",
        "calls",
        "failed",
        "p50 ms",
        "p90 ms",
        "p99 ms",
        "tokens in",
        "tokens out",
        "$",
        "why they failed",
      ],
      rows: models.map(({ model, calls, errors, errorRate, latency, inputTokens, outputTokens, usd, codes }) => [
        ...[model, show(calls), `${errors} (${percent(errorRate)})`],
        ...[show(latency?.p50), show(latency?.p90), show(latency?.p99)],
        ...[show(inputTokens), show(outputTokens), dollars(usd)],
        codes.map(({ code, calls: times }) => `${code} ${times}`).join(", "),
      ]),
    },
    {
      title: "By day",
      heads: ["day", "model", "calls", "failed", "median ms", "tokens", "$"],
      rows: days.map(({ day, model, calls, errors, latencyMs, inputTokens, outputTokens, usd }) => [
        ...[day, model, show(calls), show(errors), show(latencyMs), show(inputTokens + outputTokens), dollars(usd)],
      ]),
    },
    {
      title: "Days that are unlike the others",
      heads: ["day", "model", "what", "value", "usual", "robust deviations"],
      rows: anomalies.map(({ day, model, what, value, usual, score }) => [
        ...[day, model, what, round(value), round(usual), score.toFixed(1)],
      ]),
    },
  ];
}

function show(value: number | undefined): string {
  return value === undefined ? "" : String(value);
}

function round(value: number): string {
  return String(Number(value.toPrecision(4)));
}

function dollars(usd: number): string {
  return usd === 0 ? "0" : usd.toPrecision(3);
}

function percent(share: number): string {
  return `${Math.round(share * 100)}%`;
}

function yesNo(value: boolean | undefined): string {
  return value === undefined ? "?" : value ? "yes" : "no";
}

function sourceLines({ sources }: ReportContent): string[] {
  return sources.map(
    ({ title, date, version, licence, gives }) => `${title} ${version} (${licence}), data of ${date}: ${gives}`,
  );
}

const LEGEND = "“?” and empty: no source says it. “+”: long inputs or other times of the day cost more.";

function markdown(content: ReportContent): string {
  const cell = (text: string) => text.replaceAll("|", String.raw`\|`).replaceAll("\n", " ");
  const tables = tablesOf(content).flatMap(({ title, heads, rows }) => [
    `## ${title}`,
    "",
    `| ${heads.join(" | ")} |`,
    `|${heads.map(() => "---").join("|")}|`,
    ...rows.map((row) => `| ${row.map(cell).join(" | ")} |`),
    "",
  ]);
  return [
    "# Models",
    "",
    ...sourceLines(content).map((line) => `- ${line}`),
    "",
    LEGEND,
    "",
    sinceLine(content),
    ...tables,
  ].join("\n");
}

function sinceLine({ figures, since }: ReportContent): string {
  if (figures === undefined) return "";
  return `Calls on this machine${since === undefined ? "" : ` since ${since}`}: ${figures.calls} in ${figures.runs} runs.\n`;
}

/** The calls where there are any, else the models: a file of comma-separated values has one form. */
function csv(content: ReportContent): string {
  const tables = tablesOf(content);
  const table = tables.find(({ title }) => title === "Calls on this machine") ?? tables[0];
  if (table === undefined) return "";
  // A text that a spreadsheet would take for a formula is one no more.
  const safe = (text: string) => (/^[=+\-@\t]/.test(text) && !/^-?[\d.]+$/.test(text) ? `'${text}` : text);
  const cell = (text: string) => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  return [table.heads, ...table.rows].map((row) => `${row.map((text) => cell(safe(text))).join(",")}\r\n`).join("");
}

const MOST_BARS = 40;

/** Prices as bars, the cheapest first. */
function priceChart(models: readonly CatalogueModel[]): string {
  const priced = models.flatMap(({ name, price }) =>
    price === undefined || price.output === 0 ? [] : [{ name, price }],
  );
  const bars = priced
    .toSorted((a, b) => a.price.output - b.price.output)
    .slice(0, MOST_BARS)
    .map(({ name, price }) => ({ label: name, value: price.output, text: `$${price.input} / $${price.output}` }));
  const cut = priced.length > bars.length ? `, the ${bars.length} cheapest of ${priced.length}` : "";
  return barChart(`List prices for a million tokens in / out${cut} (logarithmic by out)`, bars, true);
}

function html(content: ReportContent): string {
  const { figures, models } = content;
  const charts = [
    ...(models.length > 0 ? [priceChart(models)] : []),
    ...(figures === undefined ? [] : figureCharts(figures)),
  ];
  const tables = tablesOf(content).map(({ title, heads, rows }) => {
    const row = (tag: string, cells: readonly string[]) =>
      `<tr>${cells.map((text) => `<${tag}>${escapeXml(text)}</${tag}>`).join("")}</tr>`;
    return `<h2>${escapeXml(title)}</h2>\n<table>\n${row("th", heads)}\n${rows.map((cells) => row("td", cells)).join("\n")}\n</table>`;
  });
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>Models</title>
<style>body{font:14px sans-serif;margin:2em}table{border-collapse:collapse}th,td{border:1px solid #ccc;padding:2px 6px;text-align:left}svg{max-width:100%}</style>
</head>
<body>
<h1>Models</h1>
<ul>${sourceLines(content)
    .map((line) => `<li>${escapeXml(line)}</li>`)
    .join("")}</ul>
<p>${escapeXml(LEGEND)}</p>
<p>${escapeXml(sinceLine(content))}</p>
${charts.join("\n")}
${tables.join("\n")}
</body>
</html>
`;
}

function figureCharts({ models }: Figures): string[] {
  const latency = models.flatMap(({ model, latency: times }) =>
    times === undefined ? [] : [{ label: model, value: times.p90, text: `${times.p50} / ${times.p90} ms` }],
  );
  const cost = models.flatMap(({ model, usd }) =>
    usd === 0 ? [] : [{ label: model, value: usd, text: `$${dollars(usd)}` }],
  );
  return [
    ...(latency.length === 0 ? [] : [barChart("Latency: half of the calls / nine of ten", latency)]),
    ...(cost.length === 0 ? [] : [barChart("What calls cost", cost)]),
  ];
}
