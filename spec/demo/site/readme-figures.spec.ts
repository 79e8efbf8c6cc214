import { readFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type BenchLine, type BenchResults, readResults } from '../../../demo/site/bench-results.ts';
import { keptFigures } from '../../../demo/site/build-figures.ts';
import { figuresMarkdown, withFigures } from '../../../demo/site/readme-figures.ts';
import { titleOf } from '../../bench/load-rows.ts';
import { parseCommandLine } from '../../bench/options.ts';
import { rowsFor } from '../../bench/servers/rows.ts';

const test = suite('site: figures of README');

const line = (row: string, kind: string, figures: Partial<BenchLine>): BenchLine => ({
  row,
  kind,
  subject: kind,
  ...figures,
});
const spread = (median: number) => ({ median, low: median * 0.9, high: median * 1.1 });

const results = (
  name: string,
  lines: readonly BenchLine[],
  facts: Partial<BenchResults> = {},
): BenchResults => ({
  name,
  node: 'v20.1.2',
  machine: 'Some CPU, 2 cores, 8 GiB',
  measured: '2026-01-02T03:04:05.000Z',
  lines,
  ...facts,
});

const memory = results('memory', [
  line('10000 connections, idle; KiB for each', 'ws', { heapBytes: 5 * 1024, times: 1 }),
  line('10000 connections, idle; KiB for each', 'iterator', { heapBytes: 8 * 1024, times: 1.5 }),
  line('10000 connections, idle, compression negotiated; KiB for each', 'iterator', { heapBytes: 1 }),
]);
const latency = results('latency', [
  line('20 B text, milliseconds', 'ws', { samples: [{ p99: 3 }, { p99: 1 }, { p99: 2 }] }),
  line('20 B text, milliseconds', 'iterator', {
    samples: [{ p99: 4 }],
    times: { p50: spread(2), p99: spread(0.5) },
  }),
]);

test('README has the figures of demo/figures; if not: npm run figures', () => {
  const readme = readFileSync(new URL('../../../../README.md', import.meta.url), 'utf8');
  assert.is(readme, withFigures(readme, readResults(keptFigures)));
});

test('says how to measure if there are no figures', () => {
  assert.match(figuresMarkdown([]), '`npm run bench`');
  assert.not.match(figuresMarkdown([]), '|');
});

test('shows wsluice beside ws, with the quartiles of the ratio', () => {
  const [head, rule, first, second] = figuresMarkdown([memory, latency]).split('\n');
  assert.match(head!, /^\| +\| +wsluice \| +`ws` \| +times as good \|$/);
  assert.match(rule!, /^\| -+ \| -+: \| -+: \| -+: \|$/);
  assert.match(first!, /^\| 99 of 100 echoes .* \| +4.00 ms \| +2.00 ms \| 0.50 \(0.45 to 0.55\) \|$/);
  assert.match(second!, /^\| heap of an idle connection +\| 8.00 KiB \| 5.00 KiB \| +0.63 \|$/);
  assert.is(new Set([head, rule, first, second].map(text => text!.length)).size, 1, 'columns are padded');
});

test('names each machine, Node and day once', () => {
  const facts = 'Node 20.1.2, Some CPU, 2 cores, 8 GiB, 2026-01-02';
  assert.is(figuresMarkdown([memory, latency]).split(facts).length, 2);
  const other = { ...latency, node: 'v24.0.0' };
  assert.match(figuresMarkdown([memory, other]), `${facts}; Node 24.0.0, Some CPU`);
});

test('says which benchmark to run again if a row is missing', () => {
  assert.throws(() => figuresMarkdown([results('servers', [])]), /npm run bench -- servers --keep/);
});

test('finds its rows among those that the servers are measured by', () => {
  const titles = rowsFor(parseCommandLine([]).options).map(titleOf);
  const lines = titles.flatMap(row => [
    line(row, 'ws', { cpu: spread(3) }),
    line(row, 'iterator', { cpu: spread(2), times: { ws: spread(1.5) } }),
  ]);
  const table = figuresMarkdown([results('servers', lines)])
    .split('\n')
    .filter(text => text.startsWith('|'));
  assert.is(table.length, 2 + 4);
  assert.match(table[2]!, /2.00 µs \| 3.00 µs \| 1.50 \(1.35 to 1.65\) \|$/);
});

test('replaces what is between its lines, and nothing else', () => {
  const readme =
    'before\n<!-- figures: written by `npm run figures` from demo/figures -->\nold\n<!-- end of the figures -->\nafter\n';
  const written = withFigures(readme, [memory]);
  assert.match(written, /^before\n<!-- figures: .*-->\n\n\|.*\n\n<!-- end of the figures -->\nafter\n$/s);
  assert.is(withFigures(written, [memory]), written);
  assert.throws(() => withFigures('no lines', []), /README must have the lines/);
});

test.run();
