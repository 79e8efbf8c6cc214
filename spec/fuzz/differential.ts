import { constants, deflateRawSync, inflateRawSync } from 'node:zlib';
import { Inflater } from '../../lib/deflate/inflater.ts';
import { webSocketDecoder } from '../../lib/events/websocket-decoder.ts';
import { concatenated } from '../../lib/testing/rechunk.ts';
import { inflateWith } from '../support/inflate-with.ts';
import type { Quirk } from '../support/quirks.ts';
import { Random } from '../support/random.ts';
import { hex, type Inflate, referenceDecode, type Transcript } from '../support/reference-decoder.ts';
import type { Counts } from './engine/fuzz-target.ts';
import { transcribe } from './engine/transcript.ts';
import type { Peer, Sequence } from './peers/peer.ts';
import { websockets, wsproto } from './peers/python-peers.ts';
import { undici } from './peers/undici.ts';
import { ws } from './peers/ws.ts';
import { randomWire } from './shapes/wire.ts';

export const description =
  'random frames, right and wrong, read by others: they agree, or differ as they are known to';

const peers: readonly Peer[] = [ws, undici, wsproto, websockets];
const windowBits = 15;
const unlimited = { windowBits, contextTakeover: false, maxMessageBytes: Infinity };
const tail = Uint8Array.of(0, 0, 255, 255);

/** For each peer how often it agreed, and why it did not. */
const tables: Record<string, Counts> = {};

/** Runs one sequence past everybody who can read it. */
export async function run(seed: number): Promise<Counts> {
  const random = new Random(seed);
  const role = random.pick(['client', 'server'] as const);
  const compressed = random.next() < 0.4;
  const shape = {
    sender: role === 'client' ? 'server' : 'client',
    spoiling: random.pick([0, 0.1, 0.3]),
  } as const;
  const compress = compressed ? (payload: Uint8Array) => deflated(random, payload) : undefined;
  const sequence = { role, compressed, wire: randomWire(random, { ...shape, compress }) };
  const ours = read(sequence);
  for (const peer of peers) {
    if (!peer.roles.includes(role)) continue;
    const theirs = await peer.transcribe(sequence);
    count(peer.name, 'sequences');
    for (const reason of reasons(peer, sequence, ours, theirs)) count(peer.name, reason);
  }
  return {};
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

/** Without references to other messages. */
function deflated(random: Random, payload: Uint8Array): Uint8Array {
  const options = { level: random.below(10), finishFlush: constants.Z_SYNC_FLUSH };
  return deflateRawSync(payload, options).subarray(0, -4);
}

function read({ role, compressed, wire }: Sequence): Transcript {
  const inflater = compressed ? new Inflater(unlimited) : undefined;
  const { said, end } = transcribe(webSocketDecoder({ role, inflater, maxMessageBytes: Infinity }), [wire]);
  return { said, end };
}

/** Why theirs differs, if it does; throws where that is not known. */
function reasons(peer: Peer, sequence: Sequence, ours: Transcript, theirs: Transcript): readonly string[] {
  if (same(ours, theirs)) return ['agreed'];
  const foretold = foretell(sequence, peer.quirks);
  if (same(foretold, theirs)) return fewest(peer.quirks, quirks => same(foretell(sequence, quirks), theirs));
  if (
    foretold.contested &&
    same({ ...theirs, said: theirs.said.slice(0, foretold.said.length), end: 0 }, { ...foretold, end: 0 })
  ) {
    return ['wrong or final DEFLATE is not read alike'];
  }
  const { role, compressed, wire } = sequence;
  count(peer.name, 'unknown');
  const facts = { ours: brief(ours), theirs: brief(theirs), foretold: brief(foretold), wire: hex(wire) };
  throw new Error(
    `${peer.name} as ${role}${compressed ? ' with compression' : ''}: ${JSON.stringify(facts)}`,
  );
}

/** A set of quirks that explains as much, and none of which can be left out. */
function fewest(quirks: readonly Quirk[], explain: (quirks: readonly Quirk[]) => boolean): readonly Quirk[] {
  return quirks.reduce((kept, quirk) => {
    const others = kept.filter(other => other !== quirk);
    return explain(others) ? others : kept;
  }, quirks);
}

function foretell({ role, compressed, wire }: Sequence, quirks: readonly Quirk[]): Transcript {
  const inflate = compressed ? contestable() : undefined;
  return referenceDecode(wire, { role, inflate, quirks: new Set(quirks) });
}

/** The end of it. */
function brief({ said, end }: Transcript): unknown {
  return { count: said.length, last: said.at(-1), end };
}

function same(one: Transcript, other: Transcript): boolean {
  return JSON.stringify([one.said, one.end]) === JSON.stringify([other.said, other.end]);
}

/** Inflates what everybody must read alike; the rest is left open. */
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
    const whole = concatenated([payload, tail]);
    const odd = last && (payload.length === 0 || consumed(whole) < whole.length);
    if (odd) throw { closeCode: 1007, contested: true };
    if (last) payload = new Uint8Array(0);
    yield* pieces;
  };
}

/** How much zlib reads: it stops at a final block. */
function consumed(payload: Uint8Array): number {
  const options = { finishFlush: constants.Z_SYNC_FLUSH, info: true };
  const { engine } = inflateRawSync(payload, options) as unknown as { engine: { bytesWritten: number } };
  return engine.bytesWritten;
}
