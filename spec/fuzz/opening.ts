import { strict as assert } from 'node:assert';
import { acceptWebSocket } from '../../lib/sockets/accept-websocket.ts';
import { connectWebSocket } from '../../lib/sockets/connect-websocket.ts';
import type { OpenWebSocket } from '../../lib/sockets/open-websocket.ts';
import { nextTask } from '../../lib/streams/next-task.ts';
import { duplexPair } from '../../lib/testing/duplex-pair.ts';
import { concatenated } from '../../lib/testing/rechunk.ts';
import type { Random } from '../support/random.ts';
import { ManualClock } from './engine/manual-clock.ts';
import { randomOctets } from './engine/mutate.ts';
import { make as makeRequest } from './request-head.ts';
import { make as makeResponse } from './response-head.ts';
import { cutBy } from './shapes/cuts.ts';

export const description =
  'the opening handshake over a duplex with any peer: it opens, or fails by HandshakeError, in time';

/** `[role, what the peer does behind its octets, cuts, …octets]` */
export function make(random: Random): Uint8Array {
  const role = random.below(2);
  return concatenated([
    Uint8Array.of(role),
    randomOctets(random, 1),
    role === 0 ? makeRequest(random) : makeResponse(random),
  ]);
}

export async function check(input: Uint8Array): Promise<void> {
  const [role = 0, then = 0, cuts = 0] = input;
  const clock = new ManualClock();
  const [ours, peer] = duplexPair();
  const strays: unknown[] = [];
  const onStray = (reason: unknown) => strays.push(reason);
  process.on('unhandledRejection', onStray);
  const opening = role % 2 === 0 ? accepted(ours, clock) : connected(ours, clock);
  const outcome = opening.then(
    socket => socket,
    (error: Error) => error,
  );
  const writer = peer.writable.getWriter();
  for (const chunk of cutBy(cuts, input.slice(3))) writer.write(chunk).catch(() => {});
  if (then % 4 === 1) writer.close().catch(() => {});
  if (then % 4 === 2) writer.abort(new Error('gone')).catch(() => {});
  const settled = await inTime(outcome, clock);
  if (settled instanceof Error) {
    if (settled.name !== 'HandshakeError') throw settled;
  } else await ended(settled, clock);
  for (let tasks = 0; tasks < 4; tasks++) await nextTask();
  process.off('unhandledRejection', onStray);
  assert.deepEqual(strays, [], 'an unhandled rejection');
  assert.equal(clock.timers, 0, 'a timer is left');
}

function accepted(duplex: ReturnType<typeof duplexPair>[0], clock: ManualClock): Promise<OpenWebSocket> {
  return acceptWebSocket(duplex, { clock, deflate: true, protocols: ['chat'] });
}

/** Its key is the one of RFC 6455 §1.3. */
function connected(duplex: ReturnType<typeof duplexPair>[0], clock: ManualClock): Promise<OpenWebSocket> {
  const randomBytes = (length: number) => new TextEncoder().encode('the sample nonce').subarray(0, length);
  return connectWebSocket(duplex, 'ws://example.com/', {
    clock,
    randomBytes,
    deflate: true,
    protocols: ['chat'],
  });
}

/** What the promise gives while time goes on. */
async function inTime<T>(promise: Promise<T>, clock: ManualClock): Promise<T> {
  let settled: { readonly value: T } | undefined;
  promise.then(value => (settled = { value })).catch(() => {});
  for (let rounds = 0; rounds < 20; rounds++) {
    for (let tasks = 0; tasks < 6 && settled === undefined; tasks++) await nextTask();
    if (settled !== undefined) return settled.value;
    clock.advance(2000);
  }
  assert.fail('it never settles');
}

async function ended(socket: OpenWebSocket, clock: ManualClock): Promise<void> {
  socket.close();
  await inTime(
    socket.closed.then(
      () => true,
      () => true,
    ),
    clock,
  );
}
