// The plan of one connection: the messages of each side, the disturbances by the proxy, and the end. Every process
// computes it from the seed and the number of the connection, so plans need not be exchanged.

import { Random } from '../support/random.ts';

export type Side = 'client' | 'server';
export type Direction = 'up' | 'down';

/** How the connection ends, unless the proxy breaks it first. */
export const endings = [
  /** The closer waits until everything has been sent and received, and then calls `close()`. */
  'orderly',
  /** The closer calls `close()` after one of its messages, while both sides send. */
  'early',
  /** Both sides call `close()` after one of their messages. */
  'both',
  /** As `hasty`, but the closer closes its writer. */
  'writer',
  /** As `hasty`, but the closer cancels its reader. */
  'cancel',
  /** As `hasty`, but the closer aborts its writer. */
  'abort',
  /** As `hasty`, but the closer calls `terminate()`. */
  'terminate',
] as const;
export type Ending = (typeof endings)[number];

/** The member of the socket by which messages are read. */
export const readMethods = ['readable', 'iterator', 'messages', 'events', 'batches', 'subscribe'] as const;
export type ReadMethod = (typeof readMethods)[number];

export interface SidePlan {
  /** Messages that this side sends, unless the connection ends first. */
  readonly messages: number;
  /** Messages that this side writes at a time; it awaits only the last of them. */
  readonly burst: number;
  /** The maximum pause between bursts, in milliseconds. */
  readonly pauseMs: number;
  readonly readMethod: ReadMethod;
  /** The maximum pause after each read, in milliseconds. */
  readonly readPauseMs: number;
  readonly deliverParts: boolean;
  readonly windowBits: number;
  readonly contextTakeover: boolean;
  readonly thresholdBytes: number;
}

/** How the proxy forwards the bytes of one direction. */
export interface LinkPlan {
  /** The maximum number of pieces into which a chunk is split. */
  readonly pieces: number;
  /** The maximum delay of a piece, in milliseconds. */
  readonly delayMs: number;
  /** The probability of a stall before a chunk. */
  readonly stallChance: number;
  /** The maximum length of a stall, in milliseconds. */
  readonly stallMs: number;
}

/** How and when the proxy breaks the connection. */
export interface Break {
  /** The proxy sends a FIN or a RST to both sides, or stops forwarding without either. */
  readonly type: 'fin' | 'reset' | 'silence';
  readonly direction: Direction;
  /** The number of bytes of that direction that the proxy forwards first. */
  readonly afterBytes: number;
}

export interface Plan {
  readonly id: number;
  readonly seed: number;
  readonly deflate: boolean;
  readonly client: SidePlan;
  readonly server: SidePlan;
  readonly up: LinkPlan;
  readonly down: LinkPlan;
  readonly ending: Ending;
  readonly closer: Side;
  /** The number of messages that a side sends before it closes early. */
  readonly closeAfter: number;
  readonly closeCode: number;
  readonly reason: string;
  readonly break: Break | undefined;
}

/** More than the length of any client's opening request. */
const maxRequestBytes = 400;

/** Returns a random number generator that is seeded by all of these numbers. */
export function randomFor(...numbers: readonly number[]): Random {
  let hash = 0x811c9dc5;
  for (const number of numbers) {
    hash = Math.imul(hash ^ number, 0x01000193);
    hash ^= hash >>> 15;
  }
  return new Random(hash);
}

/** Returns the other side. */
export function peerOf(side: Side): Side {
  return side === 'client' ? 'server' : 'client';
}

/** Tells whether this side closes without waiting until all messages have been exchanged. */
export function closesEarly(plan: Plan, side: Side): boolean {
  return plan.ending === 'both' || (plan.ending !== 'orderly' && plan.closer === side);
}

export function planOf(seed: number, id: number): Plan {
  const random = randomFor(seed, id);
  const ending = random.next() < 0.4 ? 'orderly' : random.pick(endings);
  const closer: Side = random.pick(['client', 'server']);
  const client = sidePlan(random);
  const server = sidePlan(random);
  return {
    id,
    seed,
    deflate: random.next() < 0.5,
    client,
    server,
    up: linkPlan(random),
    down: linkPlan(random),
    ending,
    closer,
    closeAfter: random.below(1 + Math.min(client.messages, server.messages)),
    // `cancel` and `abort` take the code from a WebSocketError, which cannot have 1001.
    closeCode: random.pick([ending === 'cancel' || ending === 'abort' ? 1000 : 1001, 1000, 3000, 4999]),
    reason: random.pick(['', 'done', 'fertig – 終わり', 'x'.repeat(123)]),
    break: random.next() < 0.25 ? breakOf(random) : undefined,
  };
}

function sidePlan(random: Random): SidePlan {
  const busy = random.next() < 0.1;
  return {
    messages: busy ? random.below(400) : random.below(40),
    burst: busy ? 100 : random.pick([1, 1, 4, 16]),
    pauseMs: random.pick([0, 20, 200]),
    readMethod: random.pick(readMethods),
    readPauseMs: random.pick([0, 0, 0, 5, 50]),
    deliverParts: random.next() < 0.25,
    windowBits: 9 + random.below(7),
    contextTakeover: random.next() < 0.75,
    thresholdBytes: random.pick([0, 64, 1024]),
  };
}

function linkPlan(random: Random): LinkPlan {
  const direct = random.next() < 0.4;
  return {
    pieces: direct ? 1 : random.pick([2, 4, 16]),
    delayMs: direct ? 0 : random.pick([0, 2, 20]),
    stallChance: random.next() < 0.1 ? 0.05 : 0,
    stallMs: random.pick([200, 3000]),
  };
}

function breakOf(random: Random): Break {
  const type = random.pick(['fin', 'reset', 'reset', 'silence'] as const);
  const range = random.pick([300, 1000, 20_000, 200_000]);
  // Node's HTTP server waits too long for the rest of an incomplete request.
  const least = type === 'silence' ? maxRequestBytes : 0;
  return { type, direction: random.pick(['up', 'down']), afterBytes: least + random.below(range) };
}
