// Generates messages from the plan and their number. Each holds its number, so that the receiver can generate it again
// and compare every byte.

import { type Plan, randomFor, type Side } from './plan.ts';

/** The method of the socket that sends a message. */
export type SendMethod = 'write' | 'send' | 'parts' | 'prepared';

export interface Message {
  readonly data: string | Uint8Array<ArrayBuffer>;
  readonly method: SendMethod;
  /** Whether to compress the message if compression was negotiated. Only `send` and `parts` have this choice. */
  readonly compress: boolean | undefined;
  /** Offsets at which a message that is sent in parts is split. */
  readonly splits: readonly number[];
}

/** The maximum length of a body. As UTF-8, too, it stays below the 1 MiB that a server accepts by default. */
const maxBody = 300_000;
const headerBytes = 8;
const sides: readonly Side[] = ['client', 'server'];

/** Sources of which bodies are slices. The first half of each compresses well, the second half poorly. */
const textPool = makeTextPool();
const bytePool = makeBytePool();

function makeTextPool(): string {
  const random = randomFor(1);
  const words = ['stream', 'Ärger', 'данные', '終わり', 'a', ' ', '\n', '{"id":', 'ff'];
  const repetitive: string[] = [];
  for (let units = 0; units < maxBody; units += repetitive.at(-1)!.length)
    repetitive.push(random.pick(words));
  const varied = Array.from({ length: maxBody }, () => String.fromCharCode(32 + random.below(0x2000)));
  return repetitive.join('') + varied.join('');
}

function makeBytePool(): Uint8Array<ArrayBuffer> {
  const random = randomFor(2);
  return Uint8Array.from({ length: 2 * maxBody }, (_, i) =>
    i < maxBody ? (i >> 4) & 15 : random.below(256),
  );
}

/** Returns the message with this number that this side sends on the connection. */
export function messageOf({ seed, id }: Plan, side: Side, number: number): Message {
  const random = randomFor(seed, id, sides.indexOf(side), number);
  const length = bodyLength(random.next(), random.next());
  const start = random.below(2 * maxBody - length);
  const isText = random.next() < 0.5;
  const method = random.next() < 0.5 ? 'send' : random.pick(['write', 'write', 'parts', 'prepared'] as const);
  const data = isText ? textOf(id, number, start, length) : bytesOf(id, number, start, length);
  const splits = method === 'parts' ? splitsOf(data, random.below(5), () => random.next()) : [];
  return { data, method, compress: random.pick([undefined, undefined, true, false]), splits };
}

/** Returns a body length: short for most messages, long for a few. */
function bodyLength(kind: number, size: number): number {
  const limit =
    kind < 0.6 ? 120 : kind < 0.9 ? 2000 : kind < 0.985 ? 16_000 : kind < 0.999 ? 100_000 : maxBody;
  return Math.floor(size * limit);
}

function textOf(id: number, number: number, start: number, length: number): string {
  return `${id}.${number}:${textPool.slice(start, start + length)}😀`;
}

function bytesOf(id: number, number: number, start: number, length: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(headerBytes + length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, id);
  view.setUint32(4, number);
  bytes.set(bytePool.subarray(start, start + length), headerBytes);
  return bytes;
}

/** Returns ascending offsets, none of which lies inside a surrogate pair. */
function splitsOf(data: string | Uint8Array, count: number, next: () => number): number[] {
  const limit = data.length - 2;
  return Array.from({ length: count }, () => Math.floor(next() * limit)).sort((a, b) => a - b);
}

/** Reads the number of a message; `undefined` if the message is corrupt or belongs to another connection. */
export function numberOf(data: string | Uint8Array, { id }: Plan): number | undefined {
  if (typeof data === 'string') {
    const [, owner, number] = /^(\d+)\.(\d+):/.exec(data) ?? [];
    return owner === String(id) ? Number(number) : undefined;
  }
  if (data.length < headerBytes) return undefined;
  const view = new DataView(data.buffer, data.byteOffset);
  return view.getUint32(0) === id ? view.getUint32(4) : undefined;
}

/** Tells whether every byte of a message is that of the message with this number. */
export function isIntact(data: string | Uint8Array, plan: Plan, side: Side, number: number): boolean {
  const expected = messageOf(plan, side, number).data;
  if (typeof data === 'string' || typeof expected === 'string') return data === expected;
  return Buffer.compare(data, expected) === 0;
}
