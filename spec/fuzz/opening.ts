import { strict as assert } from 'node:assert';
import * as fc from 'fast-check';
import { acceptWebSocket } from '../../lib/sockets/accept-websocket.ts';
import { connectWebSocket } from '../../lib/sockets/connect-websocket.ts';
import type { OpenWebSocket } from '../../lib/sockets/open-websocket.ts';
import { nextTask } from '../../lib/streams/next-task.ts';
import { duplexPair, type TestDuplex } from '../../lib/testing/duplex-pair.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { unhandledDuring } from './checks/unhandled.ts';
import { requestHead } from './request-head.ts';
import { responseHead } from './response-head.ts';
import { type Cuts, cutBy, cuts } from './shapes/cuts.ts';
import { headBytes } from './shapes/heads.ts';

export const description = 'an opening handshake with any peer opens, or fails with HandshakeError in time';

interface Input {
  readonly role: 'server' | 'client';
  readonly head: string;
  readonly cuts: Cuts;
  /** The peer's action after its head. */
  readonly ending: 'wait' | 'close' | 'abort';
}

const rest = { cuts, ending: fc.constantFrom('wait', 'close', 'abort') } as const;

export const input: fc.Arbitrary<Input> = fc.oneof(
  fc.record({ role: fc.constant('server' as const), head: requestHead, ...rest }),
  fc.record({ role: fc.constant('client' as const), head: responseHead, ...rest }),
);

export async function check({ role, head, cuts, ending }: Input): Promise<void> {
  const clock = new FakeClock();
  const [ours, peer] = duplexPair();
  const unhandled = await unhandledDuring(async () => {
    const outcome = (role === 'server' ? accepted(ours, clock) : connected(ours, clock)).then(
      socket => socket,
      (error: Error) => error,
    );
    const writer = peer.writable.getWriter();
    for (const chunk of cutBy(cuts, headBytes(head))) writer.write(chunk).catch(() => {});
    if (ending === 'close') writer.close().catch(() => {});
    if (ending === 'abort') writer.abort(new Error('gone')).catch(() => {});
    const result = await settled(outcome, clock);
    if (result instanceof Error) {
      if (result.name !== 'HandshakeError') throw result;
    } else await ended(result, clock);
    for (let tasks = 0; tasks < 4; tasks++) await nextTask();
  });
  assert.deepEqual(unhandled, [], 'an unhandled rejection');
  assert.equal(clock.timers.size, 0, 'a timer is pending');
}

function accepted(duplex: TestDuplex, clock: FakeClock): Promise<OpenWebSocket> {
  return acceptWebSocket(duplex, { clock, deflate: true, protocols: ['chat'] });
}

/** Connects with the key of RFC 6455 §1.3. */
function connected(duplex: TestDuplex, clock: FakeClock): Promise<OpenWebSocket> {
  const randomBytes = (length: number) => new TextEncoder().encode('the sample nonce').subarray(0, length);
  return connectWebSocket(duplex, 'ws://example.com/', {
    clock,
    randomBytes,
    deflate: true,
    protocols: ['chat'],
  });
}

/** Waits for the promise while the clock advances. */
async function settled<T>(promise: Promise<T>, clock: FakeClock): Promise<T> {
  let settled: { readonly value: T } | undefined;
  promise.then(value => (settled = { value })).catch(() => {});
  for (let rounds = 0; rounds < 20; rounds++) {
    for (let tasks = 0; tasks < 6 && settled === undefined; tasks++) await nextTask();
    if (settled !== undefined) return settled.value;
    clock.moveTo(clock.now() + 2000);
  }
  assert.fail('the promise did not settle');
}

async function ended(socket: OpenWebSocket, clock: FakeClock): Promise<void> {
  socket.close();
  const closed = socket.closed.then(
    () => true,
    () => true,
  );
  await settled(closed, clock);
}
