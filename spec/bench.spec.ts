import { inflateRawSync } from 'node:zlib';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { figuresJson, pathOf } from './bench/figures-file.ts';
import { FrameCounter } from './bench/load/frame-counter.ts';
import { FrameCycleReader, makeEchoFrames } from './bench/load/frame-cycle.ts';
import { deflateAll, encodeFrame } from './bench/load/frames.ts';
import { titleOf } from './bench/load-rows.ts';
import { chosen, parseCommandLine } from './bench/options.ts';
import { columns, verdict } from './bench/report.ts';
import { inTurn } from './bench/rounds.ts';
import { rowsFor } from './bench/servers/rows.ts';
import { quantile, ratios, summary } from './bench/statistics.ts';

// Tests the parts of the benchmarks that need no processes.

const test = suite('the benchmarks');

test('summarises values by quartiles, interpolated between two values', () => {
  assert.equal(summary([5, 1, 4, 2, 3]), { median: 3, low: 2, high: 4 });
  assert.equal(summary([4, 1, 3, 2]), { median: 2.5, low: 1.75, high: 3.25 });
  assert.is(quantile([10], 0.99), 10);
  assert.is(quantile([0, 100], 0.999), 99.9);
  assert.equal(ratios([6, 9], [2, 3]), [3, 3]);
});

test('runs candidates in turn, after a warm-up by CPU time', async () => {
  const runs: string[] = [];
  const used = new Map<string, number>();
  const turns = {
    async run(name: string, ms: number) {
      runs.push(`${name} ${ms}`);
      // The second candidate gets half of a core, the third almost nothing.
      const share = { a: 1, b: 0.5, c: 0 }[name]!;
      used.set(name, (used.get(name) ?? 0) + ms * share);
      return runs.length;
    },
    usedMs: async (name: string) => used.get(name) ?? 0,
  };
  const results = await inTurn(['a', 'b', 'c'], { warmupMs: 50, roundMs: 7, rounds: 2 }, turns);
  const count = (run: string) => runs.filter(other => other === run).length;
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

test('compares a figure with its inclusive bounds', () => {
  const name = 'times ws';
  assert.is(verdict({ name, figure: 0.9, min: 0.9 }), '≥ 0.9 met');
  assert.is(verdict({ name, figure: 0.89, min: 0.9 }), '≥ 0.9 MISSED');
  assert.is(verdict({ name, figure: 10, max: 10 }), '≤ 10 met');
  assert.is(verdict({ name, figure: NaN, max: 10 }), '≤ 10 MISSED');
});

test('pads cells to columns, and keeps a gap before a cell that exceeds its column', () => {
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

test('writes figures to build/bench, to demo/figures with --keep, or to the file of --json', () => {
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
    /--kinds must be some of ws, ours \(got "theirs"\)/,
  );
});

test('returns chosen names in the known order, and all names if none is chosen', () => {
  assert.equal(chosen('kinds', ['a', 'b', 'c'], ['c', 'a']), ['a', 'c']);
  assert.equal(chosen('kinds', ['a', 'b', 'c'], []), ['a', 'b', 'c']);
});

const rowsOf = (...args: string[]) => rowsFor(parseCommandLine(args).options);

test('measures the rows with bounds unless rows are chosen', () => {
  const rows = rowsOf();
  assert.ok(rows.every(({ bounds }) => bounds.iterator !== undefined));
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

test('counts the messages of client and server frames in chunks of any length, and reports control frames', () => {
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

test('masks the frames of a client (RFC 6455 §5.3)', () => {
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

test('compresses messages with context takeover (RFC 7692 §7.2.1)', async () => {
  const message = Buffer.from('the quick brown fox jumps over the lazy dog');
  const [first, second] = await deflateAll([message, message]);
  assert.ok(second!.length < first!.length / 2);
  const tail = Buffer.from([0, 0, 255, 255]);
  const both = inflateRawSync(Buffer.concat([first!, tail, second!, tail]), { finishFlush: 2 });
  assert.equal(both, Buffer.concat([message, message]));
});

test('repeats the frames endlessly, and compressed ones as compressed in the second round', async () => {
  for (const deflate of [false, true]) {
    const cycle = await makeEchoFrames({ bytes: 2048, type: 'text', deflate }, false);
    const { length } = cycle.first;
    const taken: Buffer[] = [];
    const reader = new FrameCycleReader(cycle);
    for (const count of [length - 1, 2, length])
      reader.take(count, frames => taken.push(Buffer.from(frames)));
    const frames = [
      cycle.first.slice(0, length),
      cycle.repeated.slice(0, length),
      cycle.repeated.slice(0, 1),
    ];
    assert.equal(Buffer.concat(taken), Buffer.concat(frames));
    assert.is(cycle.sample.length, 2048);
  }
});

test.run();
