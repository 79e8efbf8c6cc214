import { strict as assert } from 'node:assert';
import * as fc from 'fast-check';
import { Deflater } from '../../lib/deflate/deflater.ts';
import { Inflater } from '../../lib/deflate/inflater.ts';
import type { OutgoingEvent } from '../../lib/events/event.ts';
import { webSocketDecoder } from '../../lib/events/websocket-decoder.ts';
import { WebSocketEncoder } from '../../lib/events/websocket-encoder.ts';
import { concatenated } from '../../lib/testing/rechunk.ts';
import { seededKeys } from '../../lib/testing/seeded-keys.ts';
import { hex } from '../support/hex.ts';
import type { TranscriptEvent } from '../support/reference-decoder.ts';
import { transcribe } from './checks/transcript.ts';
import { bytes, bytesOfLength, sometimes, weighted } from './shapes/bytes.ts';
import { type Cuts, cutBy, cuts } from './shapes/cuts.ts';

export const description =
  'events of any kind survive encoding and decoding, or are rejected before anything is written';

interface Input {
  readonly role: 'client' | 'server';
  /** Default: no compression. */
  readonly compression:
    | { readonly windowBits: number; readonly contextTakeover: boolean; readonly thresholdBytes: number }
    | undefined;
  readonly maxFrameBytes: number;
  readonly deliver: 'messages' | 'parts';
  readonly batches: readonly (readonly OutgoingEvent[])[];
  readonly cuts: Cuts;
}

const texts = ['', 'a', 'käse', '𝄞', '\ud834', '\udd1e', '\ufeff', 'x'.repeat(200)];
const rarelyLong = weighted([9, fc.constant('')], [1, fc.constant('€'.repeat(6000))]);
const codes = [
  ...[undefined, 1000, 1001, 1004, 1005, 1006, 1011, 1014, 1015, 2999, 3000, 4999, 5000],
  ...[1.5, Number.NaN],
];

const part = {
  last: weighted([2, fc.constant(true)], [1, fc.constant(false)]),
  compress: fc.constantFrom(undefined, true, false),
};
const event: fc.Arbitrary<OutgoingEvent> = weighted<OutgoingEvent>(
  [
    10,
    fc.record({
      type: fc.constant('text'),
      data: fc
        .array(fc.oneof(fc.constantFrom(...texts), fc.string({ unit: 'binary' }), rarelyLong), {
          maxLength: 2,
        })
        .map(parts => parts.join('')),
      ...part,
    }),
  ],
  [
    10,
    fc.record({
      type: fc.constant('binary'),
      data: fc.oneof(bytes(255), bytesOfLength(125, 126, 127, 5000)),
      ...part,
    }),
  ],
  [9, fc.record({ type: fc.constantFrom('ping', 'pong'), data: sometimes(60, bytes(127)) })],
  [
    1,
    fc.record({
      type: fc.constant('close'),
      closeCode: fc.constantFrom(...codes),
      reason: fc.constantFrom('', 'bye', '€'.repeat(41), '€'.repeat(42)),
    }),
  ],
);

export const input: fc.Arbitrary<Input> = fc.record({
  role: fc.constantFrom('client', 'server'),
  compression: sometimes(
    50,
    fc.record({
      windowBits: fc.integer({ min: 8, max: 15 }),
      contextTakeover: fc.boolean(),
      thresholdBytes: fc.constantFrom(1, 64, 1024),
    }),
  ),
  maxFrameBytes: fc.constantFrom(Infinity, 1, 3, 125, 126, 16_384),
  deliver: fc.constantFrom('messages', 'parts'),
  batches: fc.array(fc.array(event, { minLength: 1, maxLength: 3 }), { maxLength: 6, size: 'max' }),
  cuts,
});

export function check({ role, compression, maxFrameBytes, deliver, batches, cuts }: Input): void {
  const encoder = new WebSocketEncoder({
    role,
    randomBytes: seededKeys(1),
    maxFrameBytes,
    compression: compression && {
      deflater: new Deflater(compression),
      thresholdBytes: compression.thresholdBytes,
      contextTakeover: true,
    },
  });
  const decoder = webSocketDecoder({
    role: role === 'client' ? 'server' : 'client',
    deliver,
    inflater: compression && new Inflater({ ...compression, maxMessageBytes: 2 ** 20 }),
  });
  const log = new Log();
  const wire: Uint8Array[] = [];
  for (const batch of batches) {
    if (!log.accepts(batch, () => encoder.write(batch))) continue;
    for (let chunk = encoder.read(); chunk !== undefined; chunk = encoder.read()) wire.push(chunk.slice());
  }
  const { events, end } = transcribe(decoder, cutBy(cuts, concatenated(wire)));
  assert.deepEqual({ events, end }, log.transcript());
}

/** The transcript that the accepted events must result in. */
class Log {
  readonly #events: TranscriptEvent[] = [];
  #open: { readonly type: 'text' | 'binary'; data: string } | undefined;
  #closed = false;

  /** Writes a batch, which the encoder must accept if it is valid and reject if not. Returns true if it was accepted. */
  accepts(batch: readonly OutgoingEvent[], write: () => void): boolean {
    const before = { events: [...this.#events], open: this.#open && { ...this.#open }, closed: this.#closed };
    const valid = batch.every(event => this.#add(event));
    let fault: unknown;
    try {
      write();
    } catch (error) {
      fault = error;
    }
    if (valid !== (fault === undefined)) throw fault ?? new Error('an invalid batch was accepted');

    if (valid) return true;
    assert.match((fault as Error).name, /^(Type|Range)Error$/);
    this.#events.splice(0, Infinity, ...before.events);
    this.#open = before.open;
    this.#closed = before.closed;
    return false;
  }

  transcript(): { events: TranscriptEvent[]; end: number } {
    return { events: this.#events, end: this.#closed ? 0 : 1006 };
  }

  #add(event: OutgoingEvent): boolean {
    if (this.#closed) return false;
    if (event.type === 'text' || event.type === 'binary') return this.#addData(event);
    if (event.type === 'close') return this.#addClose(event.closeCode, event.reason ?? '');
    const data = (event.data ?? new Uint8Array(0)) as Uint8Array;
    this.#events.push([event.type, hex(data)]);
    return data.length <= 125;
  }

  #addData(event: OutgoingEvent & { type: 'text' | 'binary' }): boolean {
    this.#open ??= { type: event.type, data: '' };
    if (this.#open.type !== event.type) return false;
    this.#open.data += event.type === 'text' ? event.data : hex(event.data as Uint8Array);
    if (event.last === false) return true;
    const { type, data } = this.#open;
    this.#events.push([type, type === 'text' ? Buffer.from(data).toString() : data]);
    this.#open = undefined;
    return true;
  }

  #addClose(code: number | undefined, reason: string): boolean {
    this.#closed = true;
    const closeCode = code ?? (reason === '' ? undefined : 1000);
    this.#events.push(['close', closeCode, reason]);
    const sendable = [undefined, 1000, 1001, 1011, 1014, 3000, 4999].includes(closeCode);
    return sendable && Buffer.byteLength(reason) <= 123;
  }
}
