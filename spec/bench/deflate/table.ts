// Prints figures in columns, with their bounds, and counts those that miss their bound.

/** The bound of a figure: at least, at most, or both for an exact value. */
export interface Asked {
  readonly least?: number;
  readonly most?: number;
}

let asked = 0;
let short = 0;

/** Returns the cell of a figure with a bound. */
export function judged(figure: number, { least, most }: Asked, text: string = figure.toFixed(2)): string {
  asked++;
  const holds = figure >= (least ?? -Infinity) && figure <= (most ?? Infinity);
  if (!holds) short++;
  const what = least === most ? `= ${most}` : least === undefined ? `≤ ${most}` : `≥ ${least}`;
  return `${text} (${what} ${holds ? 'ok' : 'SHORT'})`;
}

/** Returns the numbers of missed bounds and of all bounds so far. */
export function tally(): { readonly asked: number; readonly short: number } {
  return { asked, short };
}

/** Prints rows under the names of their columns, the first column to the left. */
export function table(rows: Record<string, string | number>[]): void {
  const columns = Object.keys(rows[0]!);
  const width = (column: string) => Math.max(column.length, ...rows.map(row => String(row[column]).length));
  const line = (cells: (string | number)[]) =>
    cells
      .map((cell, i) => {
        const text = String(cell);
        return i === 0 ? text.padEnd(width(columns[0]!)) : text.padStart(width(columns[i]!));
      })
      .join('  ');
  console.log(line(columns));
  for (const row of rows) console.log(line(Object.values(row)));
}
