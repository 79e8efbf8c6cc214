import { strict as assert } from 'node:assert';
import type { Random } from '../support/random.ts';
import { randomOctets } from './engine/mutate.ts';
import { SocketRun } from './engine/socket-run.ts';

export const description =
  'a socket over a duplex, among a raw peer, an application and a clock that do anything at any time';

export function make(random: Random): Uint8Array {
  return randomOctets(random, random.below(random.pick([20, 60, 200])));
}

export async function check(input: Uint8Array): Promise<void> {
  const strays: unknown[] = [];
  const onStray = (reason: unknown) => strays.push(reason);
  process.on('unhandledRejection', onStray);
  try {
    const run = new SocketRun(input);
    while (!run.ended) await run.step();
    await run.finish();
    assert.deepEqual(strays, [], 'an unhandled rejection');
  } finally {
    process.off('unhandledRejection', onStray);
  }
}
