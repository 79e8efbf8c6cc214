// The plan of one connection: what each side sends and how, what the proxy does to it, and how it ends. Every process
// computes it from the seed and the number of the connection, so that none has to tell the others.

import { Random } from '../support/random.ts';

export type Side = 'client' | 'server';
export type Direction = 'up' | 'down';

/** How the WebSocket ends, if the proxy does not end it before. */
export const endings = [
  /** The closer waits until everything has been sent and received, and then calls `close()`. */
  'orderly',
  /** The closer calls `close()` after one of its messages, while both sides send. */
  'hasty',
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

/** The way in which messages are read. */
export const readings = ['readable', 'iterator', 'messages', 'events', 'batches', 'subscribe'] as const;
export type Reading = (typeof readings)[number];

export interface SidePlan {
  /** Messages that this side sends, unless the end comes before. */
  readonly messages: number;
  /** Messages that this side writes at once; it awaits the last of them. */
  readonly burst: number;
  /** Milliseconds that this side waits at most between bursts. */
  readonly pauseMs: number;
  readonly reading: Reading;
  /** Milliseconds that the reader waits at most after each read. */
  readonly readPauseMs: number;
  readonly deliverParts: boolean;
  readonly windowBits: number;
  readonly contextTakeover: boolean;
  readonly thresholdBytes: number;
}

/** What the proxy does to the bytes of one direction. */
export interface LinkPlan {
  /** Pieces that a chunk is split into, at most. */
  readonly pieces: number;
  /** Milliseconds that a piece waits, at most. */
  readonly delayMs: number;
  /** The chance of a stall before a chunk, and how long it is at most. */
  readonly stallChance: number;
  readonly stallMs: number;
}

/** An end that the proxy brings about. */
export interface Break {
  /** Both sides get a FIN, a RST, or nothing any more. */
  readonly type: 'cut' | 'reset' | 'dead';
  /** It comes after so many bytes of that direction. */
  readonly direction: Direction;
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
  /** The closers close after so many messages of their own. */
  readonly closeAfter: number;
  readonly closeCode: number;
  readonly reason: string;
  readonly break: Break | undefined;
}

/** The requests of the clients are shorter. */
const maxRequestBytes = 400;

/** A source of numbers of its own for each list of numbers. */
export function randomFor(...numbers: readonly number[]): Random {
  let hash = 0x811c9dc5;
  for (const number of numbers) {
    hash = Math.imul(hash ^ number, 0x01000193);
    hash ^= hash >>> 15;
  }
  return new Random(hash);
}

/** The other side. */
export function peerOf(side: Side): Side {
  return side === 'client' ? 'server' : 'client';
}

/** Whether this side ends the WebSocket by itself, after one of its messages. */
export function closesHastily(plan: Plan, side: Side): boolean {
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
    // A WebSocketError, with which the others end, has a code of the application.
    closeCode: random.pick([ending === 'cancel' || ending === 'abort' ? 1000 : 1001, 1000, 3000, 4999]),
    reason: random.pick(['', 'done', 'fertig – 終わり', 'x'.repeat(123)]),
    break: random.next() < 0.25 ? breakOf(random) : undefined,
  };
}

function sidePlan(random: Random): SidePlan {
  const crowd = random.next() < 0.1;
  return {
    messages: crowd ? random.below(400) : random.below(40),
    burst: crowd ? 100 : random.pick([1, 1, 4, 16]),
    pauseMs: random.pick([0, 20, 200]),
    reading: random.pick(readings),
    readPauseMs: random.pick([0, 0, 0, 5, 50]),
    deliverParts: random.next() < 0.25,
    windowBits: 9 + random.below(7),
    contextTakeover: random.next() < 0.75,
    thresholdBytes: random.pick([0, 64, 1024]),
  };
}

function linkPlan(random: Random): LinkPlan {
  const calm = random.next() < 0.4;
  return {
    pieces: calm ? 1 : random.pick([2, 4, 16]),
    delayMs: calm ? 0 : random.pick([0, 2, 20]),
    stallChance: random.next() < 0.1 ? 0.05 : 0,
    stallMs: random.pick([200, 3000]),
  };
}

function breakOf(random: Random): Break {
  const type = random.pick(['cut', 'reset', 'reset', 'dead'] as const);
  const most = random.pick([300, 1000, 20_000, 200_000]);
  // A request whose rest never comes is the affair of Node's server, which waits long.
  const least = type === 'dead' ? maxRequestBytes : 0;
  return { type, direction: random.pick(['up', 'down']), afterBytes: least + random.below(most) };
}
