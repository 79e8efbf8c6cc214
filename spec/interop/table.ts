// The table of results: a row for each pair, a column for each check.

/** The result of a check; `n/a` if the interface of the peer does not allow it. */
export type Cell = 'ok' | 'FAILED' | 'skipped' | 'n/a';

export interface Row {
  readonly name: string;
  readonly cells: readonly Cell[];
}

/** Returns the table as text. */
export function table(heads: readonly string[], rows: readonly Row[]): string {
  const lines = [['', ...heads], ...rows.map(row => [row.name, ...row.cells])];
  const widths = lines[0]!.map((_, column) => Math.max(...lines.map(line => line[column]!.length)));
  return lines
    .map(line =>
      line
        .map((cell, column) => cell.padEnd(widths[column]!))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** Returns the number of checks with this result. */
export function count(rows: readonly Row[], cell: Cell): number {
  return rows.flatMap(row => row.cells).filter(other => other === cell).length;
}
