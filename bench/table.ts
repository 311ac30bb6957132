/** One benchmark's figures: what it measured, and a row for each. */
export interface Table {
  readonly title: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** Writes a table as markdown. */
export function printTable({ title, columns, rows }: Table): void {
  console.log(`\n**${title}**\n`);
  for (const row of [columns, columns.map((_, index) => (index === 0 ? "---" : "---:")), ...rows]) {
    console.log(`| ${row.join(" | ")} |`);
  }
}
