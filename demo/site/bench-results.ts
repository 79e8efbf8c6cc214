// Reads the JSON files of `npm run bench`, for the page of figures and the table in README.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The median of several rounds, and the quartiles. */
export interface Spread {
  readonly median: number;
  readonly low: number;
  readonly high: number;
}

/** The figures of one subject, such as a server. */
export interface BenchLine {
  /** The traffic that was measured, such as `64 × 1, 20 B text`. */
  readonly row: string;
  readonly subject: string;
  /** The short name of the subject. */
  readonly kind?: string;
  /** Microseconds of CPU for each message or connection. */
  readonly cpu?: Spread;
  /** The speed in multiples of that of each peer. */
  readonly times?: unknown;
  readonly samples?: readonly Readonly<Record<string, number>>[];
  readonly heapBytes?: number;
  readonly pingMs?: number;
  readonly bounds?: readonly { readonly name: string; readonly min?: number; readonly max?: number }[];
}

export interface BenchResults {
  /** The name of the benchmark. */
  readonly name: string;
  readonly node: string;
  readonly machine?: string;
  readonly measured?: string;
  readonly command?: string;
  readonly lines: readonly BenchLine[];
}

/** Returns the results in a folder. */
export function readResults(folder: string): BenchResults[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter(name => name.endsWith('.json'))
    .sort()
    .map(name => JSON.parse(readFileSync(join(folder, name), 'utf8')) as BenchResults);
}

/** A bar of a chart. */
export interface Bar {
  readonly subject: string;
  readonly spread: Spread;
  /** The bound that this library sets itself, if any. */
  readonly bound: number | undefined;
}

/** The figure that a benchmark's charts show. */
export interface Measure {
  readonly title: string;
  /** An explanation of the names of the rows. */
  readonly about?: string;
  readonly unit: string;
  /** Whether longer bars are better. */
  readonly moreIsBetter: boolean;
  /** The value of the peer, if it is the same in every chart. */
  readonly peer?: number;
  /** Returns the figure of a line, if it has one. */
  spreadOf(line: BenchLine): Spread | undefined;
  /** The name of the bound of this figure. */
  readonly boundName: string;
}

const exactly = (value: number | undefined): Spread | undefined =>
  value === undefined ? undefined : { median: value, low: value, high: value };

const loads =
  'Each row is named by its load: connections × messages in flight on each, and the kind of messages.';

const timesWs = (title: string, about?: string): Measure => ({
  title,
  ...(about === undefined ? {} : { about }),
  unit: 'times ws',
  moreIsBetter: true,
  peer: 1,
  spreadOf: ({ times }) => (times as Record<string, Spread> | undefined)?.ws,
  boundName: 'times ws',
});

/** The measures in the order of the page. */
export const measures: Readonly<Record<string, Measure>> = {
  servers: timesWs('Servers: messages for the same CPU', loads),
  clients: timesWs('Clients: messages for the same CPU', loads),
  synchronous: timesWs('The protocol without sockets: messages for the same CPU'),
  broadcasts: timesWs('Broadcasts: messages for the same CPU'),
  handshakes: timesWs('Opening handshakes for the same CPU'),
  receive: timesWs('Bytes to messages, in one process: speed'),
  send: timesWs('Messages to bytes, in one process: speed'),
  latency: {
    title: 'Latency: 99 of 100 echoes arrive within',
    unit: 'ms',
    moreIsBetter: false,
    spreadOf: ({ samples = [] }) => spreadOf(samples.map(({ p99 }) => p99!)),
    boundName: '',
  },
  fairness: {
    title: 'Fairness: the longest round trip of another client during an attack',
    unit: 'ms',
    moreIsBetter: false,
    spreadOf: ({ pingMs }) => exactly(pingMs),
    boundName: '',
  },
  memory: {
    title: 'Memory: heap of a connection',
    unit: 'KiB',
    moreIsBetter: false,
    spreadOf: ({ heapBytes }) => exactly(heapBytes && heapBytes / 1024),
    boundName: '',
  },
};

function spreadOf(values: readonly number[]): Spread | undefined {
  if (values.length === 0) return undefined;
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.round((sorted.length - 1) * share)]!;
  return { median: at(0.5), low: at(0.25), high: at(0.75) };
}

/** Returns the bars of each row of a benchmark. */
export function barsOf({ lines }: BenchResults, { spreadOf, boundName }: Measure): Map<string, Bar[]> {
  const rows = new Map<string, Bar[]>();
  for (const line of lines) {
    const spread = spreadOf(line);
    if (spread === undefined) continue;
    const bound = line.bounds?.find(({ name }) => name === boundName)?.min;
    const bars = rows.get(line.row) ?? [];
    rows.set(line.row, [...bars, { subject: line.subject, spread, bound }]);
  }
  return rows;
}
