// Messages that say which they are: any side of any process can make them again, and so check every byte.

import { type Plan, randomFor, type Side } from './plan.ts';

/** How a message is handed to the socket. */
export type Way = 'write' | 'send' | 'parts' | 'prepared';

export interface Message {
  readonly data: string | Uint8Array<ArrayBuffer>;
  readonly way: Way;
  /** Whether to compress it, if that was agreed upon; only `send` and `parts` can choose. */
  readonly compress: boolean | undefined;
  /** Where a message that is sent in parts is split. */
  readonly splits: readonly number[];
}

/** Longest body: below 1 MiB, which a server takes, as UTF-8 too. */
const maxBody = 300_000;
const headerBytes = 8;
const sides: readonly Side[] = ['client', 'server'];

/** Bodies are slices of these: the first half compresses well, the second does not. */
const textPool = makeTextPool();
const bytePool = makeBytePool();

function makeTextPool(): string {
  const random = randomFor(1);
  const words = ['stream', 'Ärger', 'данные', '終わり', 'a', ' ', '\n', '{"id":', 'ff'];
  const well: string[] = [];
  for (let units = 0; units < maxBody; units += well.at(-1)!.length) well.push(random.pick(words));
  const badly = Array.from({ length: maxBody }, () => String.fromCharCode(32 + random.below(0x2000)));
  return well.join('') + badly.join('');
}

function makeBytePool(): Uint8Array<ArrayBuffer> {
  const random = randomFor(2);
  return Uint8Array.from({ length: 2 * maxBody }, (_, i) =>
    i < maxBody ? (i >> 4) & 15 : random.below(256),
  );
}

/** The message of that number that this side sends on the connection. */
export function messageOf({ seed, id }: Plan, side: Side, number: number): Message {
  const random = randomFor(seed, id, sides.indexOf(side), number);
  const length = bodyLength(random.next(), random.next());
  const start = random.below(2 * maxBody - length);
  const isText = random.next() < 0.5;
  const way = random.next() < 0.5 ? 'send' : random.pick(['write', 'write', 'parts', 'prepared'] as const);
  const data = isText ? textOf(id, number, start, length) : bytesOf(id, number, start, length);
  const splits = way === 'parts' ? splitsOf(data, random.below(5), () => random.next()) : [];
  return { data, way, compress: random.pick([undefined, undefined, true, false]), splits };
}

/** Most messages are short, a few are long. */
function bodyLength(kind: number, size: number): number {
  const most =
    kind < 0.6 ? 120 : kind < 0.9 ? 2000 : kind < 0.985 ? 16_000 : kind < 0.999 ? 100_000 : maxBody;
  return Math.floor(size * most);
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

/** Offsets in order; none lies inside a surrogate pair. */
function splitsOf(data: string | Uint8Array, count: number, next: () => number): number[] {
  const most = data.length - 2;
  return Array.from({ length: count }, () => Math.floor(next() * most)).sort((a, b) => a - b);
}

/** The number that a message says it has on this connection; `undefined`: it belongs to another, or is damaged. */
export function numberOf(data: string | Uint8Array, { id }: Plan): number | undefined {
  if (typeof data === 'string') {
    const [, owner, number] = /^(\d+)\.(\d+):/.exec(data) ?? [];
    return owner === String(id) ? Number(number) : undefined;
  }
  if (data.length < headerBytes) return undefined;
  const view = new DataView(data.buffer, data.byteOffset);
  return view.getUint32(0) === id ? view.getUint32(4) : undefined;
}

/** Whether a message is what its number says, to the last byte. */
export function isIntact(data: string | Uint8Array, plan: Plan, side: Side, number: number): boolean {
  const expected = messageOf(plan, side, number).data;
  if (typeof data === 'string' || typeof expected === 'string') return data === expected;
  return Buffer.compare(data, expected) === 0;
}
