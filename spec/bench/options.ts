// Parses the command line of `npm run bench`: names of benchmarks, and options that select rows.

import { parseArgs } from 'node:util';

/** Options of the benchmarks that start processes. If a list is empty, the benchmark's default applies. */
export interface BenchOptions {
  /** The major version of Node for the measured processes. Default: the current Node. */
  readonly node: number | undefined;
  /** The number of connections and of messages in flight on each, such as `64x16`. */
  readonly rows: readonly string[];
  /** Message sizes in bytes. */
  readonly sizes: readonly number[];
  readonly types: readonly string[];
  /** Compression: `off` or `on`. */
  readonly deflate: readonly string[];
  /** The servers or clients to measure. */
  readonly kinds: readonly string[];
  /** Whether to use short warm-ups and few rounds, for a rough result. */
  readonly quick: boolean;
  /** Whether to measure every row, not only those with bounds. */
  readonly all: boolean;
  /** The file to write the figures to. Default: a file in build/bench/. */
  readonly json: string | undefined;
  /** Whether to write the figures to demo/figures/, which is committed. */
  readonly keep: boolean;
  /** The size of the message that `memory` streams. */
  readonly gigabytes: number;
  /** The folder for CPU profiles of the measured processes. Default: no profiles. */
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

/** @throws TypeError for an unknown option or an invalid number */
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

/** Returns the chosen names in the order of `known`, or all names if none is chosen. */
export function chosen(name: string, known: readonly string[], wanted: readonly string[]): readonly string[] {
  for (const word of wanted) {
    if (!known.includes(word))
      throw new TypeError(`--${name} must be some of ${known.join(', ')} (got "${word}")`);
  }
  return wanted.length === 0 ? known : known.filter(word => wanted.includes(word));
}
