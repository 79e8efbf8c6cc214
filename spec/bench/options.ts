// The command line of `npm run bench`: names of benchmarks, and the rows of them to measure.

import { parseArgs } from 'node:util';

/** Options of every benchmark of processes. An empty list stands for the benchmark's default. */
export interface BenchOptions {
  /** The major version of Node that runs what is measured; undefined: the Node that runs the benchmark. */
  readonly node: number | undefined;
  /** Numbers of connections and of messages in flight on each, as `64x16`. */
  readonly rows: readonly string[];
  /** Bytes of a message. */
  readonly sizes: readonly number[];
  readonly types: readonly string[];
  /** `off`, `on`: without and with compression. */
  readonly deflate: readonly string[];
  /** The servers or clients to measure. */
  readonly kinds: readonly string[];
  /** Short warm-ups and few rounds: for a look, not for a verdict. */
  readonly quick: boolean;
  /** Every combination, not only the rows with a reach. */
  readonly all: boolean;
  /** The file that gets the figures; undefined: one in build/bench/. */
  readonly json: string | undefined;
  /** Whether the figures go to demo/figures/, which is committed. */
  readonly keep: boolean;
  readonly gigabytes: number;
  /** The folder for CPU profiles of the measured processes; undefined: none. */
  readonly profile: string | undefined;
}

export interface CommandLine {
  readonly names: readonly string[];
  readonly options: BenchOptions;
}

const config = {
  node: { type: 'string' },
  rows: { type: 'string', default: '' },
  sizes: { type: 'string', default: '' },
  types: { type: 'string', default: '' },
  deflate: { type: 'string', default: '' },
  kinds: { type: 'string', default: '' },
  quick: { type: 'boolean', default: false },
  all: { type: 'boolean', default: false },
  json: { type: 'string' },
  keep: { type: 'boolean', default: false },
  gigabytes: { type: 'string', default: '1' },
  profile: { type: 'string' },
} as const;

/** @throws TypeError for an unknown option, or for text that should be a number */
export function parseCommandLine(args: readonly string[]): CommandLine {
  const { values, positionals } = parseArgs({ args: [...args], options: config, allowPositionals: true });
  const options = {
    node: values.node === undefined ? undefined : whole('node', values.node),
    rows: list(values.rows),
    sizes: list(values.sizes).map(size => whole('sizes', size)),
    types: list(values.types),
    deflate: list(values.deflate),
    kinds: list(values.kinds),
    quick: values.quick,
    all: values.all,
    json: values.json,
    keep: values.keep,
    gigabytes: whole('gigabytes', values.gigabytes),
    profile: values.profile,
  };
  return { names: positionals, options };
}

function list(text: string): string[] {
  return text.split(',').filter(word => word !== '');
}

function whole(name: string, text: string): number {
  if (/^\d+$/.test(text)) return Number(text);
  throw new TypeError(`--${name} must be a whole number (got "${text}")`);
}

/** Returns the chosen names in the order of `known`, or all of them if none is chosen. */
export function chosen(name: string, known: readonly string[], wanted: readonly string[]): readonly string[] {
  for (const word of wanted) {
    if (!known.includes(word))
      throw new TypeError(`--${name} must be of ${known.join(', ')} (got "${word}")`);
  }
  return wanted.length === 0 ? known : known.filter(word => wanted.includes(word));
}
