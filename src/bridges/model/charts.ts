/** One bar. */
export interface Bar {
  readonly label: string;
  readonly value: number;
  /** As it is written beside the bar. */
  readonly text: string;
}

const ROW = 22;
const LABELS = 260;
const BARS = 340;
const WIDTH = LABELS + BARS + 110;

/** Horizontal bars as an SVG that stands alone: no script, nothing loaded, text that can be read aloud. */
export function barChart(title: string, bars: readonly Bar[], isLogarithmic = false): string {
  const height = 34 + bars.length * ROW;
  const scale = scaleOf(
    bars.map(({ value }) => value),
    isLogarithmic,
  );
  const rows = bars.map(({ label, value, text }, index) => {
    const y = 30 + index * ROW;
    const width = Math.max(1, Math.round(scale(value) * BARS));
    return [
      `<text x="${LABELS - 8}" y="${y + 14}" text-anchor="end">${escapeXml(shorten(label))}</text>`,
      `<rect x="${LABELS}" y="${y + 3}" width="${width}" height="${ROW - 8}" fill="#4477aa"><title>${escapeXml(`${label}: ${text}`)}</title></rect>`,
      `<text x="${LABELS + width + 6}" y="${y + 14}">${escapeXml(text)}</text>`,
    ].join("");
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" role="img" font-family="sans-serif" font-size="12">`,
    `<title>${escapeXml(title)}</title>`,
    `<text x="8" y="18" font-size="14" font-weight="bold">${escapeXml(title)}</text>`,
    ...rows,
    "</svg>",
  ].join("\n");
}

function scaleOf(values: readonly number[], isLogarithmic: boolean): (value: number) => number {
  const most = Math.max(...values, Number.MIN_VALUE);
  if (!isLogarithmic) return (value) => value / most;
  const least = Math.min(...values.filter((value) => value > 0), most);
  const span = Math.log(most / least) || 1;
  // The least has a bar too.
  return (value) => (value <= 0 ? 0 : 0.05 + 0.95 * (Math.log(value / least) / span));
}

function shorten(label: string): string {
  return label.length <= 40 ? label : `${label.slice(0, 39)}…`;
}

/** A text for XML and HTML. */
export function escapeXml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}
