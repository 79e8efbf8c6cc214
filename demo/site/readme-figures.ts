// Makes the table of figures in README, which compares wsluice with `ws`, from the kept results of `npm run bench`.

import type { BenchLine, BenchResults, Spread } from './bench-results.ts';

/** A row of the table. */
interface Row {
  readonly benchmark: string;
  /** The text of its first cell. */
  readonly title: string;
  /** Returns true for the row of the benchmark with this name. */
  readonly isRow: (name: string) => boolean;
  /** The kind of the subject that represents wsluice. */
  readonly kind: string;
  readonly unit: string;
  figureOf(line: BenchLine): number | undefined;
}

const cpu = (benchmark: string, kind: string, row: string, title: string): Row => ({
  benchmark,
  title,
  kind,
  isRow: name => name === row,
  unit: 'µs',
  figureOf: line => line.cpu?.median,
});

const rows: readonly Row[] = [
  cpu(
    'servers',
    'iterator',
    '64 × 1, 20 B text',
    'CPU of a server: echo of 20 B, 64 connections, one message in flight',
  ),
  cpu('servers', 'iterator', '64 × 16, 20 B text', 'the same, 16 messages in flight'),
  cpu('servers', 'iterator', '64 × 4, 16 KiB binary', 'the same, 16 KiB of binary, 4 messages in flight'),
  cpu(
    'servers',
    'iterator',
    '64 × 1, 2 KiB text, compressed',
    'the same, 2 KiB of JSON, compressed, one message in flight',
  ),
  cpu(
    'broadcasts',
    'ours',
    '1 KiB of JSON',
    'CPU of a server: broadcast of 1 KiB to 2,000 clients, per client',
  ),
  cpu('handshakes', 'iterator', "a server's, no extension", 'CPU of a server: an opening handshake'),
  cpu('clients', 'dial', '1 × 1, 20 B text', 'CPU of a client: 20 B there and back'),
  {
    benchmark: 'latency',
    kind: 'iterator',
    title: '99 of 100 echoes arrive within, at 2,500 a second',
    isRow: () => true,
    unit: 'ms',
    figureOf: ({ samples = [] }) => medianOf(samples.map(({ p99 }) => p99!)),
  },
  {
    benchmark: 'memory',
    kind: 'iterator',
    title: 'heap of an idle connection',
    isRow: name => name.includes(' connections, idle;'),
    unit: 'KiB',
    figureOf: ({ heapBytes }) => heapBytes && heapBytes / 1024,
  },
];

const start = '<!-- figures: written by `npm run figures` from demo/figures -->';
const end = '<!-- end of the figures -->';

/** Returns the text of README with the table of these results. */
export function withFigures(readme: string, results: readonly BenchResults[]): string {
  const [from, to] = [readme.indexOf(start), readme.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`README must have the lines ${start} and ${end}`);
  return `${readme.slice(0, from + start.length)}\n\n${figuresMarkdown(results)}\n\n${readme.slice(to)}`;
}

/** Returns the table and a sentence about the source of its figures. */
export function figuresMarkdown(results: readonly BenchResults[]): string {
  const cells = rows.flatMap(row => {
    const result = results.find(({ name }) => name === row.benchmark);
    return result === undefined ? [] : [cellsOf(row, result)];
  });
  if (cells.length === 0)
    return '`npm run bench` measures speed and memory beside `ws` and others on your machine.';
  const used = results.filter(({ name }) => rows.some(({ benchmark }) => benchmark === name));
  return `${table([['', 'wsluice', '`ws`', 'times as good'], ...cells])}

wsluice as in the first example, \`ws\` with its native add-ons, in processes of their own; medians, and those of the ratios within a
round, with their quartiles. ${[...new Set(used.map(factsOf))].join('; ')}. \`npm start\` shows more of them as charts, and \`npm run bench\`
measures on your machine.`;
}

/** @throws Error if the benchmark was run without a row that the table needs */
function cellsOf({ benchmark, title, isRow, kind, unit, figureOf }: Row, { lines }: BenchResults): string[] {
  const lineOf = (kind: string) => lines.find(line => isRow(line.row) && line.kind === kind);
  const [ours, theirs] = [lineOf(kind), lineOf('ws')];
  const [figure, other] = [ours && figureOf(ours), theirs && figureOf(theirs)];
  if (figure === undefined || other === undefined) {
    throw new Error(
      `demo/figures/${benchmark}.json has no figures for "${title}": npm run bench -- ${benchmark} --keep`,
    );
  }
  const times = spreadOf(ours!);
  const quartiles = times === undefined ? '' : ` (${times.low.toFixed(2)} to ${times.high.toFixed(2)})`;
  return [
    title,
    `${digits(figure)} ${unit}`,
    `${digits(other)} ${unit}`,
    `${(times?.median ?? other / figure).toFixed(2)}${quartiles}`,
  ];
}

/** Returns the speed as a multiple of that of `ws`, by rounds, if the benchmark has it. */
function spreadOf({ times }: BenchLine): Spread | undefined {
  const { ws, p99 } = (typeof times === 'object' && times !== null ? times : {}) as Record<string, Spread>;
  return ws ?? p99;
}

function factsOf({ node, machine, measured }: BenchResults): string {
  return [`Node ${node.replace('v', '')}`, machine, measured?.slice(0, 10)].filter(Boolean).join(', ');
}

function medianOf(values: readonly number[]): number | undefined {
  return [...values].sort((a, b) => a - b)[values.length >> 1];
}

const digits = (value: number) => (value >= 100 ? value.toFixed(0) : value.toPrecision(3));

/** Returns the rows as a table with padded columns. All columns but the first are aligned to the right. */
function table(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map(row => row[column]!.length)));
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))).join(' | ')} |`;
  const rule = `| ${widths.map((width, i) => (i === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`)).join(' | ')} |`;
  const [head, ...body] = rows.map(line);
  return [head, rule, ...body].join('\n');
}
