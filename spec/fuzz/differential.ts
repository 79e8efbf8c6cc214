import { constants, inflateRawSync } from 'node:zlib';
import * as fc from 'fast-check';
import type { Role } from '../../lib/base/role.ts';
import { Inflater } from '../../lib/deflate/inflater.ts';
import { webSocketDecoder } from '../../lib/events/websocket-decoder.ts';
import { concatenated } from '../../lib/testing/rechunk.ts';
import { droppedTail } from '../support/deflate-blocks.ts';
import { inflateWith } from '../support/inflate-with.ts';
import type { Quirk } from '../support/quirks.ts';
import { type Inflate, referenceDecode, type Transcript } from '../support/reference-decoder.ts';
import { transcribe } from './checks/transcript.ts';
import type { Peer, Sequence } from './peers/peer.ts';
import { websockets, wsproto } from './peers/python-peers.ts';
import { undici } from './peers/undici.ts';
import { ws } from './peers/ws.ts';
import type { Counts } from './runner/fuzz-target.ts';
import type { Printed } from './shapes/printed.ts';
import { wire } from './shapes/wire.ts';

export const description =
  'other libraries read valid and invalid frames like wsluice, or differ in known ways';

const peers: readonly Peer[] = [ws, undici, wsproto, websockets];
const windowBits = 15;
const unlimited = { windowBits, contextTakeover: false, maxMessageBytes: Infinity };

interface Input {
  readonly role: Role;
  readonly compressed: boolean;
  readonly wire: Printed<Uint8Array>;
}

const sequences = (role: Role, compressed: boolean, spoiledPercent: number): fc.Arbitrary<Input> => {
  const sender = role === 'client' ? 'server' : 'client';
  const compression = compressed ? 'intact' : undefined;
  return fc.record({
    role: fc.constant(role),
    compressed: fc.constant(compressed),
    wire: wire({ sender, compression, spoiledPercent }),
  });
};

export const input: fc.Arbitrary<Input> = fc.oneof(
  ...(['client', 'server'] as const).flatMap(role =>
    [false, true].flatMap(compressed => [0, 10, 30].map(percent => sequences(role, compressed, percent))),
  ),
);

/** The number of agreements, and of differences by reason, of each peer. */
const tables: Record<string, Counts> = {};

/** Compares the transcript of a sequence with that of every peer with the same role. */
export async function check({ role, compressed, wire }: Input): Promise<void> {
  const sequence = { role, compressed, wire: wire.value };
  const ours = read(sequence);
  for (const peer of peers) {
    if (!peer.roles.includes(role)) continue;
    const theirs = await peer.transcribe(sequence);
    count(peer.name, 'sequences');
    for (const reason of reasons(peer, sequence, ours, theirs)) count(peer.name, reason);
  }
}

export function finish(): Record<string, Counts> {
  for (const { end } of peers) end?.();
  const all = new Set(Object.values(tables).flatMap(counts => Object.keys(counts)));
  return Object.fromEntries(
    [...all].map(what => [
      what,
      Object.fromEntries(peers.map(({ name }) => [name, tables[name]?.[what] ?? 0])),
    ]),
  );
}

function count(peer: string, what: string): void {
  tables[peer] ??= { sequences: 0, agreed: 0, unknown: 0 };
  tables[peer][what] = (tables[peer][what] ?? 0) + 1;
}

function read({ role, compressed, wire }: Sequence): Transcript {
  const inflater = compressed ? new Inflater(unlimited) : undefined;
  const { events, end } = transcribe(webSocketDecoder({ role, inflater, maxMessageBytes: Infinity }), [wire]);
  return { events, end };
}

/** Returns the known reasons for a difference, or `agreed`. Throws if the reason is unknown. */
function reasons(peer: Peer, sequence: Sequence, ours: Transcript, theirs: Transcript): readonly string[] {
  if (same(ours, theirs)) return ['agreed'];
  const expected = predict(sequence, peer.quirks);
  if (same(expected, theirs)) return fewest(peer.quirks, quirks => same(predict(sequence, quirks), theirs));
  if (
    expected.contested &&
    same(
      { ...theirs, events: theirs.events.slice(0, expected.events.length), end: 0 },
      { ...expected, end: 0 },
    )
  ) {
    return ['invalid or final DEFLATE blocks are read differently'];
  }
  const { role, compressed } = sequence;
  count(peer.name, 'unknown');
  const facts = { ours: brief(ours), theirs: brief(theirs), expected: brief(expected) };
  throw new Error(
    `${peer.name} as ${role}${compressed ? ' with compression' : ''}: ${JSON.stringify(facts)}`,
  );
}

/** Returns a minimal list of quirks that explains the difference. */
function fewest(quirks: readonly Quirk[], explain: (quirks: readonly Quirk[]) => boolean): readonly Quirk[] {
  return quirks.reduce((kept, quirk) => {
    const others = kept.filter(other => other !== quirk);
    return explain(others) ? others : kept;
  }, quirks);
}

function predict({ role, compressed, wire }: Sequence, quirks: readonly Quirk[]): Transcript {
  const inflate = compressed ? contestable() : undefined;
  return referenceDecode(wire, { role, inflate, quirks: new Set(quirks) });
}

/** Abbreviates a transcript to its end. */
function brief({ events, end }: Transcript): unknown {
  return { count: events.length, last: events.at(-1), end };
}

function same(one: Transcript, other: Transcript): boolean {
  return JSON.stringify([one.events, one.end]) === JSON.stringify([other.events, other.end]);
}

/** Returns an inflater that reports data as contested if implementations may read it differently. */
function contestable(): Inflate {
  const inflate = inflateWith(new Inflater(unlimited));
  let payload: Uint8Array = new Uint8Array(0);
  return function* (part, last) {
    payload = concatenated([payload, part]);
    const pieces: Uint8Array[] = [];
    try {
      pieces.push(...inflate(part, last));
    } catch {
      throw { closeCode: 1007, contested: true };
    }
    const whole = concatenated([payload, droppedTail]);
    const odd = last && (payload.length === 0 || consumed(whole) < whole.length);
    if (odd) throw { closeCode: 1007, contested: true };
    if (last) payload = new Uint8Array(0);
    yield* pieces;
  };
}

/** Returns the number of bytes that zlib reads. It stops at a final block. */
function consumed(payload: Uint8Array): number {
  const options = { finishFlush: constants.Z_SYNC_FLUSH, info: true };
  const { engine } = inflateRawSync(payload, options) as unknown as { engine: { bytesWritten: number } };
  return engine.bytesWritten;
}
