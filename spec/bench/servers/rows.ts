// The rows of the `servers` benchmark, and the bounds of the speed relative to `ws` with add-ons.

import type { SpeedBound } from '../cpu-table.ts';
import { chosenLists, type LoadRow, type RowLists, rowsOf } from '../load-rows.ts';
import type { BenchOptions } from '../options.ts';
import type { EchoName } from './kinds.ts';

export interface ServerRow extends LoadRow {
  readonly bounds: Readonly<Partial<Record<EchoName, SpeedBound>>>;
}

type SpeedBounds = ServerRow['bounds'];

const oneInFlight: SpeedBounds = {
  iterator: { min: 0.9, goal: 1.1 },
  pipeTo: { min: 0.75, goal: 1 },
  hand: { min: 1, goal: 1.2 },
};
const pipelined: SpeedBounds = { iterator: { min: 2, goal: 3 }, pipeTo: { min: 1.4, goal: 2 } };
const large: SpeedBounds = { iterator: { min: 0.8, goal: 1 }, pipeTo: { min: 0.8, goal: 1 } };
const compressed: SpeedBounds = { iterator: { min: 2, goal: 4 }, pipeTo: { min: 2, goal: 4 } };

/** Bounds by load and message size. */
const plainBounds: Readonly<Record<string, Readonly<Record<number, SpeedBounds>>>> = {
  '64x1': { 20: oneInFlight, 1024: oneInFlight },
  '64x16': { 20: pipelined },
  '64x4': { 16384: large, 65536: large },
};
const compressedBounds: typeof plainBounds = {
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

/** Returns all rows with `--all`, the rows that the options select, or else those with bounds. */
export function rowsFor(options: BenchOptions): ServerRow[] {
  const lists = chosenLists(options, defaults);
  const rows = options.all
    ? [small, big, deflated].flatMap(rowsOf)
    : lists
      ? rowsOf(lists)
      : rowsWithBounds();
  return rows.map(row => ({ ...row, bounds: boundsOf(row) }));
}

function rowsWithBounds(): LoadRow[] {
  const plain = Object.entries(plainBounds).flatMap(([load, bySize]) =>
    rowsOf({ ...small, loads: [load], sizes: Object.keys(bySize).map(Number) }),
  );
  const withDeflate = Object.entries(compressedBounds).flatMap(([load, bySize]) =>
    rowsOf({ ...deflated, loads: [load], sizes: Object.keys(bySize).map(Number), types: ['text'] }),
  );
  return [...plain, ...withDeflate];
}

function boundsOf({ connections, inFlight, shape }: LoadRow): SpeedBounds {
  const bounds = shape.deflate ? compressedBounds : plainBounds;
  return bounds[`${connections}x${inFlight}`]?.[shape.bytes] ?? {};
}
