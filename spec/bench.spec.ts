import { inflateRawSync } from 'node:zlib';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { figuresJson, pathOf } from './bench/figures-file.ts';
import { FrameCounter } from './bench/load/frame-counter.ts';
import { deflateAll, encodeFrame } from './bench/load/frames.ts';
import { makeReel, ReelReader } from './bench/load/reel.ts';
import { titleOf } from './bench/load-rows.ts';
import { chosen, parseCommandLine } from './bench/options.ts';
import { columns, verdict } from './bench/report.ts';
import { inTurn } from './bench/rounds.ts';
import { rowsFor } from './bench/servers/rows.ts';
import { quantile, ratios, summary } from './bench/statistics.ts';

// Tests the parts of the benchmarks that need no processes.

const test = suite('the benchmarks');

test('summarises by quartiles, between neighbours in proportion', () => {
  assert.equal(summary([5, 1, 4, 2, 3]), { median: 3, low: 2, high: 4 });
  assert.equal(summary([4, 1, 3, 2]), { median: 2.5, low: 1.75, high: 3.25 });
  assert.is(quantile([10], 0.99), 10);
  assert.is(quantile([0, 100], 0.999), 99.9);
  assert.equal(ratios([6, 9], [2, 3]), [3, 3]);
});

test('runs candidates in turn, each warm before the first round', async () => {
  const runs: string[] = [];
  const used = new Map<string, number>();
  const turns = {
    async run(name: string, ms: number) {
      runs.push(`${name} ${ms}`);
      // The second gets half of a core, the third almost nothing.
      const share = { a: 1, b: 0.5, c: 0 }[name]!;
      used.set(name, (used.get(name) ?? 0) + ms * share);
      return runs.length;
    },
    usedMs: async (name: string) => used.get(name) ?? 0,
  };
  const results = await inTurn(['a', 'b', 'c'], { warmupMs: 50, roundMs: 7, rounds: 2 }, turns);
  const count = (run: string) => runs.filter(one => one === run).length;
  assert.equal([count('a 10'), count('b 10'), count('c 10')], [5, 6, 20]);
  assert.equal(runs.slice(31), ['a 7', 'b 7', 'c 7', 'a 7', 'b 7', 'c 7']);
  assert.equal(
    [...results.values()],
    [
      [32, 35],
      [33, 36],
      [34, 37],
    ],
  );
});

test('compares a figure with its bounds, which are inclusive', () => {
  const name = 'times ws';
  assert.is(verdict({ name, figure: 0.9, least: 0.9 }), '≥ 0.9 reached');
  assert.is(verdict({ name, figure: 0.89, least: 0.9 }), '≥ 0.9 NOT REACHED');
  assert.is(verdict({ name, figure: 10, most: 10 }), '≤ 10 reached');
  assert.is(verdict({ name, figure: NaN, most: 10 }), '≤ 10 NOT REACHED');
});

test('pads cells to columns, and keeps a gap before a cell that is too long', () => {
  const [first, second] = [columns(['a', '1', '2']), columns(['abc', '10', 'a very long cell'])];
  assert.is(first.indexOf('1'), second.indexOf('10') + 1);
  assert.match(second, /10 {2}a very long cell$/);
});

test('reads names, lists and numbers from the command line', () => {
  const { names, options } = parseCommandLine([
    'servers',
    '--rows',
    '64x1,1x16',
    '--sizes=20',
    '--node',
    '24',
  ]);
  assert.equal(names, ['servers']);
  assert.equal(options.rows, ['64x1', '1x16']);
  assert.equal(options.sizes, [20]);
  assert.is(options.node, 24);
  assert.equal([options.kinds, options.quick, options.gigabytes], [[], false, 1]);
});

test('writes figures to a file of the benchmark: built, kept, or chosen', () => {
  const path = (...args: string[]) => pathOf('servers', parseCommandLine(args).options);
  assert.is(path(), 'build/bench/servers.json');
  assert.is(path('--keep'), 'demo/figures/servers.json');
  assert.is(path('--json', 'elsewhere.json'), 'elsewhere.json');
});

test('writes a line of JSON for each subject, with five digits', () => {
  const text = figuresJson({ name: 'servers' }, [
    { row: 'a', cpu: 1 / 3 },
    { row: 'b', heapBytes: 1234567 },
  ]);
  const lines = [
    { row: 'a', cpu: 0.33333 },
    { row: 'b', heapBytes: 1234567 },
  ];
  assert.equal(JSON.parse(text), { name: 'servers', lines });
  assert.match(text, '\n  {"row":"b","heapBytes":1234567}\n');
  assert.equal(JSON.parse(figuresJson({ name: 'servers' }, [])).lines, []);
});

test('rejects unknown options and values', () => {
  assert.throws(() => parseCommandLine(['--fast']), /--fast/);
  assert.throws(
    () => parseCommandLine(['--sizes', '20,many']),
    /--sizes must be a whole number \(got "many"\)/,
  );
  assert.throws(
    () => chosen('kinds', ['ws', 'ours'], ['theirs']),
    /--kinds must be of ws, ours \(got "theirs"\)/,
  );
});

test('keeps the known order, and takes all if nothing is chosen', () => {
  assert.equal(chosen('kinds', ['a', 'b', 'c'], ['c', 'a']), ['a', 'c']);
  assert.equal(chosen('kinds', ['a', 'b', 'c'], []), ['a', 'b', 'c']);
});

const rowsOf = (...args: string[]) => rowsFor(parseCommandLine(args).options);

test('measures the rows with a reach, unless rows are chosen', () => {
  const rows = rowsOf();
  assert.ok(rows.every(({ reach }) => reach.iterator !== undefined));
  assert.ok(rows.map(titleOf).includes('64 × 4, 16 KiB binary'));
  assert.ok(rows.map(titleOf).includes('64 × 1, 200 B text, compressed'));
  assert.ok(rowsOf('--all').length > rows.length);
  assert.equal(rowsOf('--rows', '1x16', '--sizes', '20,1024').map(titleOf), [
    '1 × 16, 20 B text',
    '1 × 16, 1 KiB text',
  ]);
  assert.equal(rowsOf('--deflate', 'on', '--types', 'binary').map(titleOf), [
    '64 × 1, 20 B binary, compressed',
  ]);
  assert.throws(() => rowsOf('--rows', '64'), /--rows must be like 64x16 \(got "64"\)/);
});

test('counts messages of either role in any chunks, and passes on control frames', () => {
  for (const masked of [false, true]) {
    const frame = (opcode: number, length: number, fin = true) =>
      encodeFrame({ opcode, payload: Buffer.alloc(length, 7), masked, fin });
    const frames = [
      frame(1, 20),
      frame(2, 0),
      frame(2, 300, false),
      frame(9, 3),
      frame(0, 70_000),
      frame(8, 0),
    ];
    const bytes = Buffer.concat(frames);
    for (const size of [1, 3, 50, 1000, bytes.length]) {
      const control: [number, number][] = [];
      const counter = new FrameCounter((opcode, payload) => control.push([opcode, payload.length]));
      let messages = 0;
      for (let at = 0; at < bytes.length; at += size) messages += counter.push(bytes.subarray(at, at + size));
      assert.is(messages, 3);
      assert.is(counter.payloadBytes, 20 + 300 + 70_000);
      assert.equal(control, [
        [9, 3],
        [8, 0],
      ]);
    }
  }
});

test('masks what a client sends (RFC 6455 §5.3)', () => {
  const frame = encodeFrame({ opcode: 2, payload: Buffer.from('payload'), masked: true });
  assert.equal([...frame.subarray(0, 2)], [0x82, 0x87]);
  const key = frame.subarray(2, 6);
  assert.is(
    frame
      .subarray(6)
      .map((byte, i) => byte ^ key[i & 3]!)
      .toString(),
    'payload',
  );
});

test('compresses each message so that it refers to those before it (RFC 7692 §7.2.1)', async () => {
  const message = Buffer.from('the quick brown fox jumps over the lazy dog');
  const [first, second] = await deflateAll([message, message]);
  assert.ok(second!.length < first!.length / 2);
  const tail = Buffer.from([0, 0, 255, 255]);
  const both = inflateRawSync(Buffer.concat([first!, tail, second!, tail]), { finishFlush: 2 });
  assert.equal(both, Buffer.concat([message, message]));
});

test('repeats a reel endlessly, with compressed frames as in the second round', async () => {
  for (const deflate of [false, true]) {
    const reel = await makeReel({ bytes: 2048, type: 'text', deflate }, false);
    const { length } = reel.first;
    const taken: Buffer[] = [];
    const reader = new ReelReader(reel);
    for (const count of [length - 1, 2, length])
      reader.take(count, frames => taken.push(Buffer.from(frames)));
    const frames = [reel.first.cut(0, length), reel.again.cut(0, length), reel.again.cut(0, 1)];
    assert.equal(Buffer.concat(taken), Buffer.concat(frames));
    assert.is(reel.sample.length, 2048);
  }
});

test.run();
