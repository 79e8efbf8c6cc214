// The table of results: a row a pair, a column a check.

/** How a check went; `n/a`: the peer's interface cannot do it. */
export type Cell = 'ok' | 'FAILED' | 'skipped' | 'n/a';

export interface Row {
  readonly name: string;
  readonly cells: readonly Cell[];
}

/** The rows under their heads, as text. */
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

/** How many checks went so. */
export function count(rows: readonly Row[], cell: Cell): number {
  return rows.flatMap(row => row.cells).filter(other => other === cell).length;
}
