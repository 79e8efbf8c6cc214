// The rows that a command line chooses: loads, sizes, message types, compression.

import type { Work } from './load/reel.ts';
import { type BenchOptions, chosen } from './options.ts';

export interface LoadRow {
  readonly connections: number;
  readonly inFlight: number;
  readonly work: Work;
}

/** The lists whose product is a list of rows. */
export interface RowLists {
  /** Numbers of connections and of messages in flight on each, as `64x16`. */
  readonly loads: readonly string[];
  readonly sizes: readonly number[];
  readonly types: readonly Work['type'][];
  /** Without and with compression: `off`, `on`. */
  readonly deflate: readonly string[];
}

const allTypes: readonly Work['type'][] = ['text', 'binary'];

/** Returns the lists that the options choose, the rest from `defaults`; undefined if they choose none. */
export function chosenLists(
  { rows, sizes, types, deflate }: BenchOptions,
  defaults: RowLists,
): RowLists | undefined {
  if ([rows, sizes, types, deflate].every(list => list.length === 0)) return undefined;
  return {
    loads: rows.length > 0 ? rows : defaults.loads,
    sizes: sizes.length > 0 ? sizes : defaults.sizes,
    types: types.length > 0 ? (chosen('types', allTypes, types) as Work['type'][]) : defaults.types,
    deflate: deflate.length > 0 ? chosen('deflate', ['off', 'on'], deflate) : defaults.deflate,
  };
}

export function rowsOf({ loads, sizes, types, deflate }: RowLists): LoadRow[] {
  const works = sizes.flatMap(bytes =>
    types.flatMap(type => deflate.map(choice => ({ bytes, type, deflate: choice === 'on' }))),
  );
  return loads.flatMap(load => works.map(work => ({ ...parseLoad(load), work })));
}

function parseLoad(load: string): Omit<LoadRow, 'work'> {
  const [, connections, inFlight] = /^([1-9]\d*)x([1-9]\d*)$/.exec(load) ?? [];
  if (inFlight === undefined) throw new TypeError(`--rows must be like 64x16 (got "${load}")`);
  return { connections: Number(connections), inFlight: Number(inFlight) };
}

export function titleOf({ connections, inFlight, work }: LoadRow): string {
  const { bytes, type, deflate } = work;
  const size = bytes < 1024 ? `${bytes} B` : `${bytes / 1024} KiB`;
  return `${connections} × ${inFlight}, ${size} ${type}${deflate ? ', compressed' : ''}`;
}
