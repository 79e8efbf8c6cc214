// Prints figures with their bounds in columns, and counts the missed bounds.

/** The inclusive bounds of a figure; both are the same for an exact value. */
export interface Bound {
  readonly min?: number;
  readonly max?: number;
}

let total = 0;
let missed = 0;

/** Returns the cell of a figure with its bound. */
export function withBound(figure: number, { min, max }: Bound, text: string = figure.toFixed(2)): string {
  total++;
  const met = figure >= (min ?? -Infinity) && figure <= (max ?? Infinity);
  if (!met) missed++;
  const bound = min === max ? `= ${max}` : min === undefined ? `≤ ${max}` : `≥ ${min}`;
  return `${text} (${bound} ${met ? 'met' : 'MISSED'})`;
}

/** Returns the number of bounds so far, and how many are missed. */
export function boundCounts(): { readonly total: number; readonly missed: number } {
  return { total, missed };
}

/** Prints rows below the names of their columns. The first column is aligned left, the others right. */
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
