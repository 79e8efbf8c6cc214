import { strict as assert } from 'node:assert';
import { Deflater } from '../../lib/deflate/deflater.ts';
import { Inflater } from '../../lib/deflate/inflater.ts';
import type { OutgoingEvent } from '../../lib/events/event.ts';
import { webSocketDecoder } from '../../lib/events/websocket-decoder.ts';
import { WebSocketEncoder } from '../../lib/events/websocket-encoder.ts';
import { concatenated } from '../../lib/testing/rechunk.ts';
import { seededKeys } from '../../lib/testing/seeded-keys.ts';
import type { Random } from '../support/random.ts';
import { hex, type Said } from '../support/reference-decoder.ts';
import { Choices } from './engine/choices.ts';
import { randomOctets } from './engine/mutate.ts';
import { transcribe } from './engine/transcript.ts';
import { cutBy } from './shapes/cuts.ts';

export const description =
  'events of any kind, encoded and decoded: the same events, or refused before anything is written';

const texts = ['', 'a', 'käse', '𝄞', '\ud834', '\udd1e', '\ufeff', 'x'.repeat(200), '€'.repeat(6000)];
const codes = [
  undefined,
  1000,
  1001,
  1004,
  1005,
  1006,
  1011,
  1014,
  1015,
  2999,
  3000,
  4999,
  5000,
  1.5,
  Number.NaN,
];

export function make(random: Random): Uint8Array {
  return randomOctets(random, random.below(200));
}

export function check(input: Uint8Array): void {
  const choices = new Choices(input);
  const cuts = choices.octet();
  const role = choices.pick(['client', 'server'] as const);
  const compressed = choices.yes();
  const context = { windowBits: 8 + choices.below(8), contextTakeover: choices.yes() };
  const encoder = new WebSocketEncoder({
    role,
    randomBytes: seededKeys(cuts),
    maxFrameBytes: choices.pick([Infinity, 1, 3, 125, 126, 16384]),
    compression: compressed
      ? {
          deflater: new Deflater(context),
          thresholdBytes: choices.pick([1, 64, 1024]),
          contextTakeover: true,
        }
      : undefined,
  });
  const decoder = webSocketDecoder({
    role: role === 'client' ? 'server' : 'client',
    deliver: choices.pick(['messages', 'parts']),
    inflater: compressed ? new Inflater({ ...context, maxMessageBytes: 2 ** 20 }) : undefined,
  });
  const log = new Log();
  const wire: Uint8Array[] = [];
  while (!choices.ended) {
    const batch = Array.from({ length: 1 + choices.below(3) }, () => randomEvent(choices));
    if (!log.accepts(batch, () => encoder.write(batch))) continue;
    for (let chunk = encoder.read(); chunk !== undefined; chunk = encoder.read()) wire.push(chunk.slice());
  }
  const { said, end } = transcribe(decoder, cutBy(cuts, concatenated(wire)));
  assert.deepEqual({ said, end }, log.transcript());
}

function randomEvent(choices: Choices): OutgoingEvent {
  const last = choices.below(3) > 0;
  const compress = choices.pick([undefined, true, false]);
  switch (choices.below(6)) {
    case 0:
    case 1:
      return { type: 'text', data: choices.pick(texts) + choices.pick(texts), last, compress };
    case 2:
    case 3:
      return {
        type: 'binary',
        data: concatenated(Array(choices.below(40)).fill(choices.octets())),
        last,
        compress,
      };
    case 4:
      return { type: choices.pick(['ping', 'pong']), data: choices.octets() };
    default:
      if (choices.below(8) > 0) return { type: 'ping' };
      return {
        type: 'close',
        closeCode: choices.pick(codes),
        reason: choices.pick(['', 'bye', '€'.repeat(41), '€'.repeat(42)]),
      };
  }
}

/** What should come out for what was accepted. */
class Log {
  readonly #said: Said[] = [];
  #open: { readonly type: 'text' | 'binary'; data: string } | undefined;
  #closed = false;

  /** Whether the batch was taken; it has to be if, and only if, it keeps the laws. */
  accepts(batch: readonly OutgoingEvent[], write: () => void): boolean {
    const before = { said: [...this.#said], open: this.#open && { ...this.#open }, closed: this.#closed };
    const lawful = batch.every(event => this.#add(event));
    let fault: unknown;
    try {
      write();
    } catch (error) {
      fault = error;
    }
    if (lawful !== (fault === undefined)) throw fault ?? new Error('taken against the law');
    if (lawful) return true;
    assert.match((fault as Error).name, /^(Type|Range)Error$/);
    this.#said.splice(0, Infinity, ...before.said);
    this.#open = before.open;
    this.#closed = before.closed;
    return false;
  }

  transcript(): { said: Said[]; end: number } {
    return { said: this.#said, end: this.#closed ? 0 : 1006 };
  }

  #add(event: OutgoingEvent): boolean {
    if (this.#closed) return false;
    if (event.type === 'text' || event.type === 'binary') return this.#addData(event);
    if (event.type === 'close') return this.#addClose(event.closeCode, event.reason ?? '');
    const data = (event.data ?? new Uint8Array(0)) as Uint8Array;
    this.#said.push([event.type, hex(data)]);
    return data.length <= 125;
  }

  #addData(event: OutgoingEvent & { type: 'text' | 'binary' }): boolean {
    this.#open ??= { type: event.type, data: '' };
    if (this.#open.type !== event.type) return false;
    this.#open.data += event.type === 'text' ? event.data : hex(event.data as Uint8Array);
    if (event.last === false) return true;
    const { type, data } = this.#open;
    this.#said.push([type, type === 'text' ? Buffer.from(data).toString() : data]);
    this.#open = undefined;
    return true;
  }

  #addClose(code: number | undefined, reason: string): boolean {
    this.#closed = true;
    const closeCode = code ?? (reason === '' ? undefined : 1000);
    this.#said.push(['close', closeCode, reason]);
    const sendable = [undefined, 1000, 1001, 1011, 1014, 3000, 4999].includes(closeCode);
    return sendable && Buffer.byteLength(reason) <= 123;
  }
}
