// The rows of a table that the command line selects, by load, message size, message type and compression.

import type { MessageShape } from './load/frame-cycle.ts';
import { type BenchOptions, chosen } from './options.ts';

export interface LoadRow {
  readonly connections: number;
  readonly inFlight: number;
  readonly shape: MessageShape;
}

/** Lists whose Cartesian product is a list of rows. */
export interface RowLists {
  /** The number of connections and of messages in flight on each, such as `64x16`. */
  readonly loads: readonly string[];
  readonly sizes: readonly number[];
  readonly types: readonly MessageShape['type'][];
  /** Compression: `off` or `on`. */
  readonly deflate: readonly string[];
}

const allTypes: readonly MessageShape['type'][] = ['text', 'binary'];

/** Returns the lists of the options, completed from `defaults`; undefined if the options have none. */
export function chosenLists(
  { rows, sizes, types, deflate }: BenchOptions,
  defaults: RowLists,
): RowLists | undefined {
  if ([rows, sizes, types, deflate].every(list => list.length === 0)) return undefined;
  return {
    loads: rows.length > 0 ? rows : defaults.loads,
    sizes: sizes.length > 0 ? sizes : defaults.sizes,
    types: types.length > 0 ? (chosen('types', allTypes, types) as MessageShape['type'][]) : defaults.types,
    deflate: deflate.length > 0 ? chosen('deflate', ['off', 'on'], deflate) : defaults.deflate,
  };
}

export function rowsOf({ loads, sizes, types, deflate }: RowLists): LoadRow[] {
  const shapes = sizes.flatMap(bytes =>
    types.flatMap(type => deflate.map(choice => ({ bytes, type, deflate: choice === 'on' }))),
  );
  return loads.flatMap(load => shapes.map(shape => ({ ...parseLoad(load), shape })));
}

function parseLoad(load: string): Omit<LoadRow, 'shape'> {
  const [, connections, inFlight] = /^([1-9]\d*)x([1-9]\d*)$/.exec(load) ?? [];
  if (inFlight === undefined) throw new TypeError(`--rows must be like 64x16 (got "${load}")`);
  return { connections: Number(connections), inFlight: Number(inFlight) };
}

export function titleOf({ connections, inFlight, shape }: LoadRow): string {
  const { bytes, type, deflate } = shape;
  const size = bytes < 1024 ? `${bytes} B` : `${bytes / 1024} KiB`;
  return `${connections} × ${inFlight}, ${size} ${type}${deflate ? ', compressed' : ''}`;
}
