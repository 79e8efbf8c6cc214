// Writes the JSON of a benchmark: the machine and options, and one line of text for each subject of a row.

import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { dirname } from 'node:path';
import type { BenchOptions } from './options.ts';

/** The options that choose the file. */
export type FileOptions = Pick<BenchOptions, 'json' | 'keep'>;

/** Returns the path of the file, relative to the root of the repository. */
export function pathOf(name: string, { json, keep }: FileOptions): string {
  return json ?? `${keep ? 'demo/figures' : 'build/bench'}/${name}.json`;
}

/** Writes the file of a benchmark. */
export function writeFigures(
  name: string,
  about: object,
  lines: readonly object[],
  options: FileOptions,
): void {
  const path = pathOf(name, options);
  mkdirSync(dirname(path), { recursive: true });
  const { platform, arch, version } = process;
  const circumstances = {
    name,
    platform,
    arch,
    machine: machine(),
    measured: new Date().toISOString(),
    command: ['npm run bench --', ...process.argv.slice(2)].join(' '),
    node: version,
    ...about,
  };
  writeFileSync(path, figuresJson(circumstances, lines));
}

/** Returns the text of the file. Numbers have five digits, because runs differ in the third. */
export function figuresJson(about: object, lines: readonly object[]): string {
  const head = JSON.stringify(about, undefined, 1).slice(0, -2);
  return `${head},\n "lines": [\n${lines.map(line => `  ${JSON.stringify(line, rounded)}`).join(',\n')}\n ]\n}\n`;
}

const rounded = (_key: string, value: unknown) =>
  typeof value === 'number' && !Number.isInteger(value) ? Number(value.toPrecision(5)) : value;

/** Returns the processor, the number of its cores, and the memory. */
function machine(): string {
  const cores = cpus();
  return `${cores[0]?.model.trim() ?? process.arch}, ${cores.length} cores, ${Math.round(totalmem() / 2 ** 30)} GiB`;
}
