// `npm run bench -- deflate`: speed, ratio, memory, bombs and the longest calls of every codec, beside ws in the same run,
// each figure beside what is asked. Speed is measured on one core: the parts run under `taskset -c 0` where there is
// one.

import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { bombs, calls } from './deflate/bounds.ts';
import { memory, ratio } from './deflate/sizes.ts';
import { connections, crossover, receiving, sending, turns } from './deflate/speed.ts';
import { tally } from './deflate/table.ts';

const pinnedParts = { sending, receiving, crossover, turns, bombs, calls };
const otherParts = { connections, ratio, memory };
const parts: Record<string, () => Promise<void> | void> = { ...pinnedParts, ...otherParts };

/** Prints all tables. */
export async function run(): Promise<void> {
  const pinned = spawnSync('taskset', ['-c', '0', 'true']).status === 0;
  if (!pinned)
    console.log('taskset is not here: nothing is pinned to one core, which slows ws and flatters us');
  const short: string[] = [];
  for (const part of Object.keys(parts)) {
    const command = [process.execPath, '--expose-gc', fileURLToPath(import.meta.url), part];
    const [file, ...args] = pinned && part in pinnedParts ? ['taskset', '-c', '0', ...command] : command;
    const { status } = spawnSync(file!, args, { stdio: 'inherit' });
    if (status !== 0) short.push(part);
  }
  console.log(short.length === 0 ? '\nall that is asked is reached' : `\nshort: ${short.join(', ')}`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const part = parts[process.argv[2] ?? ''];
  if (part === undefined) await run();
  else {
    await part();
    const { asked, short } = tally();
    if (asked > 0) console.log(`${asked - short} of ${asked} figures reach what is asked`);
    process.exitCode = Math.min(short, 1);
  }
}
