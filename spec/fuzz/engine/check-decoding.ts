// One input of a decoder of frames: `[cuts, settings, …octets from the peer]`.

import { strict as assert } from 'node:assert';
import type { Role } from '../../../lib/base/choice.ts';
import type { MessageInflater } from '../../../lib/deflate/codec.ts';
import { Inflater } from '../../../lib/deflate/inflater.ts';
import { type WebSocketDecoderOptions, webSocketDecoder } from '../../../lib/events/websocket-decoder.ts';
import { inflateWith } from '../../support/inflate-with.ts';
import { referenceDecode } from '../../support/reference-decoder.ts';
import { cutBy } from '../shapes/cuts.ts';
import { metered } from './metered.ts';
import { transcribe } from './transcript.ts';

/** So many octets fit where nothing else is set. */
const largeMessageBytes = 65_536;

/** Says the same whole, octet by octet and as the input says, and the same as the reference. */
export function checkDecoding(role: Role, compressed: boolean, input: Uint8Array): void {
  const [cuts = 0, settings = 0] = input;
  const wire = input.slice(2);
  const limits = {
    maxMessageBytes: [largeMessageBytes, 1, 20, 300][settings & 3]!,
    maxFragments: settings & 32 ? 3 : 262_144,
  };
  const contextTakeover = (settings & 64) === 0;
  const inflater = (): MessageInflater | undefined =>
    compressed
      ? new Inflater({ windowBits: 15, contextTakeover, maxMessageBytes: limits.maxMessageBytes })
      : undefined;
  const decoder = (ours: boolean) => {
    const options: WebSocketDecoderOptions = {
      role,
      ...limits,
      deliver: settings & 4 ? 'parts' : 'messages',
      ownsInput: ours && (settings & 8) !== 0,
      maxPinnedBytes: settings & 128 ? Infinity : undefined,
      ownBuffers: (settings & 16) !== 0,
      inflater: inflater(),
    };
    return webSocketDecoder(options);
  };
  // Which of two faults in one block is seen first is left to the cuts; both are 1007.
  const whole = transcribe(decoder(false), [wire]);
  assert.deepEqual(wire, input.slice(2), 'the chunk was changed');
  for (const [name, octet] of [
    ['cut', cuts],
    ['octet by octet', 1],
  ] as const) {
    const chunks = cutBy(octet, wire);
    const { result, octets } = metered(() => transcribe(decoder(true), chunks));
    assert.deepEqual(
      { said: result.said, end: result.end, error: compressed || result.error?.message },
      { said: whole.said, end: whole.end, error: compressed || whole.error?.message },
      `${name}: another outcome`,
    );
    // Fragments of a message that fails may come out or not, as the cuts are.
    const [shorter, longer] = [result.unfinished, whole.unfinished].sort((a, b) => a.length - b.length);
    assert.ok(longer!.startsWith(shorter!), `${name}: another beginning`);
    if (!compressed) {
      const budget = 8192 + 12 * wire.length + 128 * chunks.length;
      assert.ok(
        octets <= budget,
        `${octets} octets allocated or moved for ${wire.length} in ${chunks.length} chunks`,
      );
    }
  }
  const fresh = inflater();
  const { said, end } = referenceDecode(wire, { role, ...limits, inflate: fresh && inflateWith(fresh) });
  assert.deepEqual({ said: whole.said, end: whole.end }, { said, end }, 'not as the reference');
}
