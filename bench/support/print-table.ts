/** A line of figures by their headings. */
export type Row = Readonly<Record<string, string | number>>;

export interface Table {
  readonly title: string;
  readonly rows: readonly Row[];
}

/** Prints a table of Markdown; numbers without a fraction. */
export function printTable(title: string, rows: readonly Row[]): void {
  const headings = Object.keys(rows[0] ?? {});
  const cells = [headings, ...rows.map((row) => headings.map((heading) => text(row[heading] ?? '')))];
  const widths = headings.map((_, i) => Math.max(...cells.map((line) => line[i]?.length ?? 0)));
  const lines = cells.map(
    (line) =>
      `| ${line.map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0))).join(' | ')} |`,
  );
  lines.splice(
    1,
    0,
    `|${widths.map((width, i) => (i === 0 ? '-'.repeat(width + 2) : `${'-'.repeat(width + 1)}:`)).join('|')}|`,
  );
  console.log(`## ${title}\n\n${lines.join('\n')}\n`);
}

function text(cell: string | number): string {
  return typeof cell === 'number' ? cell.toFixed(0) : cell;
}
