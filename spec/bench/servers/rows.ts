// The rows of the servers' table, and what is asked of each kind in them: times as fast as `ws` with add-ons.

import type { Work } from '../load/reel.ts';
import { type BenchOptions, chosen } from '../options.ts';
import type { EchoName } from './kinds.ts';

/** At least this many times as fast as `ws`, and what would be better still. */
export interface Reach {
  readonly least: number;
  readonly aim: number;
}

export interface ServerRow {
  readonly connections: number;
  readonly inFlight: number;
  readonly work: Work;
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

/** Loads, and sizes under them, that something is asked of. */
const plainReaches: Readonly<Record<string, Readonly<Record<number, Reaches>>>> = {
  '64x1': { 20: alone, 1024: alone },
  '64x16': { 20: pipelined },
  '64x4': { 16384: large, 65536: large },
};
const compressedReaches: typeof plainReaches = {
  '64x1': { 200: compressed, 2048: compressed },
  '64x16': { 200: compressed, 2048: compressed },
};

const smallLoads = ['1x1', '64x1', '500x1', '1x16', '64x16', '500x16'];
const largeLoads = ['1x1', '64x1', '500x1', '64x4'];
const types = ['text', 'binary'] as const;
const deflates = ['off', 'on'];

export function titleOf({ connections, inFlight, work }: ServerRow): string {
  const { bytes, type, deflate } = work;
  const size = bytes < 1024 ? `${bytes} B` : `${bytes / 1024} KiB`;
  return `${connections} × ${inFlight}, ${size} ${type}${deflate ? ', compressed' : ''}`;
}

/** Those with a reach by default; with `--all` all; with any of rows, sizes, types and deflate the product of them. */
export function rowsFor({ rows, sizes, types: someTypes, deflate, all }: BenchOptions): ServerRow[] {
  const filtered = [rows, sizes, someTypes, deflate].some(list => list.length > 0);
  if (all) return allRows();
  if (!filtered) return rowsWithReach();
  const loads = rows.length > 0 ? rows : ['64x1'];
  const lengths = sizes.length > 0 ? sizes : [20];
  const kindsOfText = someTypes.length > 0 ? chosen('types', types, someTypes) : ['text'];
  const compressions = deflate.length > 0 ? chosen('deflate', deflates, deflate) : ['off'];
  return product(loads, lengths, kindsOfText as Work['type'][], compressions);
}

function rowsWithReach(): ServerRow[] {
  const rows: ServerRow[] = [];
  for (const [reaches, someTypes, deflate] of [
    [plainReaches, types, 'off'],
    [compressedReaches, ['text'], 'on'],
  ] as const) {
    for (const [load, bySize] of Object.entries(reaches)) {
      rows.push(...product([load], Object.keys(bySize).map(Number), someTypes, [deflate]));
    }
  }
  return rows;
}

function allRows(): ServerRow[] {
  return [
    ...product(smallLoads, [20, 1024], types, ['off']),
    ...product(largeLoads, [16_384, 65_536], types, ['off']),
    ...product(['1x1', '64x1', '500x1', '64x16'], [20, 200, 1024, 2048, 16_384, 65_536], types, ['on']),
  ];
}

function product(
  loads: readonly string[],
  sizes: readonly number[],
  someTypes: readonly Work['type'][],
  compressions: readonly string[],
): ServerRow[] {
  return loads.flatMap(load =>
    sizes.flatMap(bytes =>
      someTypes.flatMap(type =>
        compressions.map(deflate => serverRow(load, { bytes, type, deflate: deflate === 'on' })),
      ),
    ),
  );
}

function serverRow(load: string, work: Work): ServerRow {
  const [, connections, inFlight] = /^([1-9]\d*)x([1-9]\d*)$/.exec(load) ?? [];
  if (inFlight === undefined) throw new TypeError(`--rows must be like 64x16 (got "${load}")`);
  const reach = (work.deflate ? compressedReaches : plainReaches)[load]?.[work.bytes] ?? {};
  return { connections: Number(connections), inFlight: Number(inFlight), work, reach };
}
