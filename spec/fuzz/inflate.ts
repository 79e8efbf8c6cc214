import { strict as assert } from 'node:assert';
import { constants, deflateRawSync, inflateRawSync } from 'node:zlib';
import * as fc from 'fast-check';
import type { WebSocketError } from '../../lib/base/websocket-error.ts';
import { Inflater } from '../../lib/deflate/inflater.ts';
import { concatenated } from '../../lib/testing/rechunk.ts';
import { droppedTail } from '../support/deflate-blocks.ts';
import { through } from '../support/messages-through.ts';
import { bytes, weighted } from './shapes/bytes.ts';
import { type Cuts, cutBy, cuts } from './shapes/cuts.ts';

export const description =
  'any compressed payload has the same result in chunks of any length, and zlib does not contradict it';

interface Input {
  readonly payload: Uint8Array;
  readonly cuts: Cuts;
  readonly contextTakeover: boolean;
  readonly maxMessageBytes: number;
}

const largest = 100_000;

/** Data of few distinct bytes, compressed by zlib. */
const compressed = fc
  .record({
    data: fc.oneof(bytes(300), fc.uint8Array({ maxLength: 3000, size: 'max' })),
    alphabet: fc.integer({ min: 1, max: 255 }),
    level: fc.nat(9),
    strategy: fc.nat(4),
  })
  .map(({ data, alphabet, level, strategy }) =>
    deflateRawSync(
      data.map(byte => byte % alphabet),
      { level, strategy, finishFlush: constants.Z_SYNC_FLUSH },
    ).subarray(0, -4),
  );

/** Compressed data, changed in one place. */
const damaged = fc
  .record({ payload: compressed, at: fc.nat(3000), by: bytes(4) })
  .map(({ payload, at, by }) => {
    const start = at % (payload.length + 1);
    return concatenated([payload.subarray(0, start), by, payload.subarray(start + by.length)]);
  });

export const input: fc.Arbitrary<Input> = fc.record({
  payload: weighted([1, bytes(300)], [2, compressed], [3, damaged]).map(payload => payload.slice()),
  cuts,
  contextTakeover: fc.boolean(),
  maxMessageBytes: weighted([3, fc.constant(largest)], [1, fc.constant(100)]),
});

export function check(input: Input): void {
  const { payload, cuts, maxMessageBytes } = input;
  const whole = inflate([payload], input);
  for (const lengths of payload.length > 300 ? [cuts] : [cuts, [1]]) {
    assert.deepEqual(inflate(cutBy(lengths, payload), input), whole);
  }
  const theirs = zlib(concatenated([payload, droppedTail]));
  if (typeof whole === 'number')
    assert.ok(whole === 1007 || theirs === undefined || theirs.length > maxMessageBytes);
  // zlib stops at a final block, and does not read the rest.
  else assert.deepEqual(theirs, whole.subarray(0, theirs?.length), 'the message must be that of zlib');
}

/** Returns the message, or the code of the failure. */
function inflate(
  parts: readonly Uint8Array[],
  { contextTakeover, maxMessageBytes }: Input,
): Uint8Array | number {
  const inflater = new Inflater({ windowBits: 15, contextTakeover, maxMessageBytes });
  try {
    return through(inflater, ...(parts.length > 0 ? parts : [new Uint8Array(0)]));
  } catch (error) {
    const { name, closeCode } = error as WebSocketError;
    if (name !== 'WebSocketError' || typeof closeCode !== 'number') throw error;
    return closeCode;
  }
}

function zlib(payload: Uint8Array): Uint8Array | undefined {
  try {
    const options = { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength: 2 * largest };
    return new Uint8Array(inflateRawSync(payload, options));
  } catch (error) {
    // A message above the limit may be valid.
    return (error as { code?: string }).code === 'ERR_BUFFER_TOO_LARGE'
      ? new Uint8Array(2 * largest)
      : undefined;
  }
}
