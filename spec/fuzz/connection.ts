import { strict as assert } from 'node:assert';
import type { Random } from '../support/random.ts';
import { ConnectionRun } from './engine/connection-run.ts';
import { randomOctets } from './engine/mutate.ts';

export const description =
  'a connection among a peer, an application and a clock that do anything at any time';

export function make(random: Random): Uint8Array {
  return randomOctets(random, random.below(random.pick([20, 100, 500])));
}

export function check(input: Uint8Array): void {
  const run = new ConnectionRun(input);
  while (!run.ended) run.step();
  run.finish();
  assert.ok(run.settled);
}
