import { strict as assert } from 'node:assert';
import { constants, deflateRawSync, inflateRawSync } from 'node:zlib';
import type { WebSocketError } from '../../lib/base/websocket-error.ts';
import { Inflater } from '../../lib/deflate/inflater.ts';
import { concatenated } from '../../lib/testing/rechunk.ts';
import { through } from '../support/messages-through.ts';
import type { Random } from '../support/random.ts';
import { randomOctets } from './engine/mutate.ts';
import { cutBy } from './shapes/cuts.ts';

export const description =
  'any octets as compressed messages: one verdict for every cut, and none that zlib contradicts';

const maxMessageBytes = 100_000;
const tail = Uint8Array.of(0, 0, 255, 255);

export function make(random: Random): Uint8Array {
  const length = random.below(random.pick([20, 300, 3000]));
  const few = 1 + random.below(255);
  const data = Uint8Array.from({ length }, () => random.below(few));
  const options = { level: random.below(10), strategy: random.below(5), finishFlush: constants.Z_SYNC_FLUSH };
  return concatenated([randomOctets(random, 2), deflateRawSync(data, options).subarray(0, -4)]);
}

export function check(input: Uint8Array): void {
  const [cuts = 0, settings = 0] = input;
  const payload = input.slice(2);
  const whole = inflate([payload], settings);
  for (const octet of [cuts, 1]) {
    if (octet === 1 && payload.length > 300) continue;
    assert.deepEqual(inflate(cutBy(octet, payload), settings), whole);
  }
  const theirs = zlib(concatenated([payload, tail]));
  if (typeof whole === 'number')
    assert.ok(whole === 1007 || theirs === undefined || theirs.length > limit(settings));
  // zlib stops at a final block; what lies behind it is ours alone to judge.
  else assert.deepEqual(theirs, whole.subarray(0, theirs?.length), 'not as zlib');
}

/** Octets of the message, or the code of the failure. */
function inflate(parts: readonly Uint8Array[], settings: number): Uint8Array | number {
  const options = { windowBits: 15, contextTakeover: (settings & 1) === 0, maxMessageBytes: limit(settings) };
  const inflater = new Inflater(options);
  try {
    return through(inflater, ...(parts.length > 0 ? parts : [new Uint8Array(0)]));
  } catch (error) {
    assert.equal((error as Error).name, 'WebSocketError');
    return (error as WebSocketError).closeCode!;
  }
}

function limit(settings: number): number {
  return settings & 2 ? 100 : maxMessageBytes;
}

function zlib(payload: Uint8Array): Uint8Array | undefined {
  try {
    const options = { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength: 2 * maxMessageBytes };
    return new Uint8Array(inflateRawSync(payload, options));
  } catch (error) {
    // More than fits is no verdict about what fits.
    return (error as { code?: string }).code === 'ERR_BUFFER_TOO_LARGE'
      ? new Uint8Array(2 * maxMessageBytes)
      : undefined;
  }
}
