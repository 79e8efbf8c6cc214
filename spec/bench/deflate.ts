// `npm run bench -- deflate`: speed, compression ratio, memory, decompression bombs and the longest calls of every codec,
// compared with ws in the same run. Speed is measured on one core, by `taskset -c 0` if the system has it.

import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { bombs, calls } from './deflate/bounds.ts';
import { memory, ratio } from './deflate/sizes.ts';
import { connections, crossover, receiving, sending, turns } from './deflate/speed.ts';
import { boundCounts } from './deflate/table.ts';

const pinnedParts = { sending, receiving, crossover, turns, bombs, calls };
const otherParts = { connections, ratio, memory };
const parts: Record<string, () => Promise<void> | void> = { ...pinnedParts, ...otherParts };

/** Prints all tables. */
export async function run(): Promise<void> {
  const canPin = spawnSync('taskset', ['-c', '0', 'true']).status === 0;
  if (!canPin)
    console.log('taskset is not available: processes are not pinned to one core, which makes ws look slower');
  const missed: string[] = [];
  for (const part of Object.keys(parts)) {
    const command = [process.execPath, '--expose-gc', fileURLToPath(import.meta.url), part];
    const [file, ...args] = canPin && part in pinnedParts ? ['taskset', '-c', '0', ...command] : command;
    const { status } = spawnSync(file!, args, { stdio: 'inherit' });
    if (status !== 0) missed.push(part);
  }
  console.log(missed.length === 0 ? '\nall bounds met' : `\nparts with missed bounds: ${missed.join(', ')}`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const part = parts[process.argv[2] ?? ''];
  if (part === undefined) await run();
  else {
    await part();
    const { total, missed } = boundCounts();
    if (total > 0) console.log(`${total - missed} of ${total} bounds met`);
    process.exitCode = Math.min(missed, 1);
  }
}
