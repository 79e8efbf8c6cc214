// The rows of the servers' table, and the bounds in them: times as fast as `ws` with add-ons.

import type { Reach } from '../cpu-table.ts';
import { chosenLists, type LoadRow, type RowLists, rowsOf } from '../load-rows.ts';
import type { BenchOptions } from '../options.ts';
import type { EchoName } from './kinds.ts';

export interface ServerRow extends LoadRow {
  readonly reach: Readonly<Partial<Record<EchoName, Reach>>>;
}

type Reaches = ServerRow['reach'];

const alone: Reaches = {
  iterator: { least: 0.9, aim: 1.1 },
  pipeTo: { least: 0.75, aim: 1 },
  hand: { least: 1, aim: 1.2 },
};
const pipelined: Reaches = { iterator: { least: 2, aim: 3 }, pipeTo: { least: 1.4, aim: 2 } };
const large: Reaches = { iterator: { least: 0.8, aim: 1 }, pipeTo: { least: 0.8, aim: 1 } };
const compressed: Reaches = { iterator: { least: 2, aim: 4 }, pipeTo: { least: 2, aim: 4 } };

/** Bounds by load and size. */
const plainReaches: Readonly<Record<string, Readonly<Record<number, Reaches>>>> = {
  '64x1': { 20: alone, 1024: alone },
  '64x16': { 20: pipelined },
  '64x4': { 16384: large, 65536: large },
};
const compressedReaches: typeof plainReaches = {
  '64x1': { 200: compressed, 2048: compressed },
  '64x16': { 200: compressed, 2048: compressed },
};

const small: RowLists = {
  loads: ['1x1', '64x1', '500x1', '1x16', '64x16', '500x16'],
  sizes: [20, 1024],
  types: ['text', 'binary'],
  deflate: ['off'],
};
const big: RowLists = { ...small, loads: ['1x1', '64x1', '500x1', '64x4'], sizes: [16_384, 65_536] };
const deflated: RowLists = {
  ...small,
  loads: ['1x1', '64x1', '500x1', '64x16'],
  sizes: [20, 200, 1024, 2048, 16_384, 65_536],
  deflate: ['on'],
};
const defaults: RowLists = { loads: ['64x1'], sizes: [20], types: ['text'], deflate: ['off'] };

/** Returns the rows with a bound by default, all with `--all`, or the product of the lists that the options choose. */
export function rowsFor(options: BenchOptions): ServerRow[] {
  const lists = chosenLists(options, defaults);
  const rows = options.all ? [small, big, deflated].flatMap(rowsOf) : lists ? rowsOf(lists) : rowsWithReach();
  return rows.map(row => ({ ...row, reach: reachOf(row) }));
}

function rowsWithReach(): LoadRow[] {
  const plain = Object.entries(plainReaches).flatMap(([load, bySize]) =>
    rowsOf({ ...small, loads: [load], sizes: Object.keys(bySize).map(Number) }),
  );
  const withDeflate = Object.entries(compressedReaches).flatMap(([load, bySize]) =>
    rowsOf({ ...deflated, loads: [load], sizes: Object.keys(bySize).map(Number), types: ['text'] }),
  );
  return [...plain, ...withDeflate];
}

function reachOf({ connections, inFlight, work }: LoadRow): Reaches {
  const reaches = work.deflate ? compressedReaches : plainReaches;
  return reaches[`${connections}x${inFlight}`]?.[work.bytes] ?? {};
}
