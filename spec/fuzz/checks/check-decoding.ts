// Checks a decoder of frames: the result must be the same for chunks of any length, and that of the reference decoder.

import { strict as assert } from 'node:assert';
import * as fc from 'fast-check';
import type { Role } from '../../../lib/base/role.ts';
import type { MessageInflater } from '../../../lib/deflate/codec.ts';
import { Inflater } from '../../../lib/deflate/inflater.ts';
import { type WebSocketDecoderOptions, webSocketDecoder } from '../../../lib/events/websocket-decoder.ts';
import { inflateWith } from '../../support/inflate-with.ts';
import { referenceDecode } from '../../support/reference-decoder.ts';
import { bytes, weighted } from '../shapes/bytes.ts';
import { type Cuts, cutBy, cuts } from '../shapes/cuts.ts';
import { Printed, printBytes } from '../shapes/printed.ts';
import { type WireShape, wire } from '../shapes/wire.ts';
import { metered } from './metered.ts';
import { transcribe } from './transcript.ts';

/** The input of a decoder, and its options. */
export interface Decoding {
  readonly wire: Printed<Uint8Array>;
  readonly cuts: Cuts;
  readonly contextTakeover: boolean;
  readonly options: Omit<
    WebSocketDecoderOptions,
    'role' | 'inflater' | 'maxMessageBytes' | 'maxFragments'
  > & {
    readonly maxMessageBytes: number;
    readonly maxFragments: number;
  };
}

const anything = bytes(200).map(data => new Printed(data, () => printBytes(data)));

export function decodingOf(shape: WireShape): fc.Arbitrary<Decoding> {
  return fc.record({
    wire: weighted([95, wire(shape)], [5, anything]),
    cuts,
    contextTakeover: fc.boolean(),
    options: fc.record({
      maxMessageBytes: fc.constantFrom(65_536, 1, 20, 300),
      maxFragments: weighted([3, fc.constant(262_144)], [1, fc.constant(3)]),
      deliver: fc.constantFrom('messages', 'parts'),
      ownsInput: fc.boolean(),
      ownBuffers: fc.boolean(),
      maxPinnedBytes: fc.constantFrom(undefined, Infinity),
    }),
  });
}

export function checkDecoding(role: Role, compressed: boolean, input: Decoding): void {
  const { contextTakeover, options } = input;
  const { maxMessageBytes, maxFragments } = options;
  const wire = input.wire.value.slice();
  const inflater = (): MessageInflater | undefined =>
    compressed ? new Inflater({ windowBits: 15, contextTakeover, maxMessageBytes }) : undefined;
  const decoder = (ownsInput: boolean) =>
    webSocketDecoder({ ...options, role, ownsInput, inflater: inflater() });
  const whole = transcribe(decoder(false), [wire]);
  assert.deepEqual(wire, input.wire.value, 'the chunk was changed');
  for (const lengths of [input.cuts, [1]]) {
    const chunks = cutBy(lengths, wire);
    const { result, bytes } = metered(() => transcribe(decoder(options.ownsInput === true), chunks));
    // The chunks determine which of two errors in one block is found first. Both have the code 1007.
    assert.deepEqual(
      { events: result.events, end: result.end, error: compressed || result.error?.message },
      { events: whole.events, end: whole.end, error: compressed || whole.error?.message },
      `chunks of ${lengths.join(', ')} must have the same result`,
    );
    // The chunks determine whether the last parts before an error are delivered.
    const [shorter = '', longer = ''] = [result.unfinished, whole.unfinished].sort(
      (a, b) => a.length - b.length,
    );
    assert.ok(
      longer.startsWith(shorter),
      `chunks of ${lengths.join(', ')} must have the same incomplete message`,
    );
    const maxBytes = 8192 + 12 * wire.length + 128 * chunks.length;
    assert.ok(
      compressed || bytes <= maxBytes,
      `${bytes} bytes allocated or moved for ${wire.length} in ${chunks.length} chunks`,
    );
  }
  const fresh = inflater();
  const inflate = fresh && inflateWith(fresh);
  const { events, end } = referenceDecode(wire, { role, maxMessageBytes, maxFragments, inflate });
  assert.deepEqual(
    { events: whole.events, end: whole.end },
    { events, end },
    'the result must be that of the reference decoder',
  );
}
