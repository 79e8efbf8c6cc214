import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { HandshakeError } from '../../lib/handshake/handshake-error.ts';
import { acceptWebSocket } from '../../lib/sockets/accept-websocket.ts';
import type { Clock } from '../../lib/sockets/deadline-timer.ts';
import { dialWebSocket } from '../../lib/sockets/dial-websocket.ts';
import type { ByteDuplex } from '../../lib/streams/byte-duplex.ts';
import { duplexPair } from '../../lib/testing/duplex-pair.ts';
import { fate, settle } from '../support/settling.ts';

const test = suite('dialWebSocket');

const url = 'wss://example.com:8443/';

/** Returns a clock that stands still, and the timers that have not been cleared. */
class StillClock implements Clock {
  readonly timers = new Map<number, { ring: () => void; ms: number }>();
  time = 0;
  #count = 0;

  now(): number {
    return this.time;
  }

  setTimeout(ring: () => void, ms: number): number {
    this.timers.set(++this.#count, { ring, ms });
    return this.#count;
  }

  clearTimeout(timer: unknown): void {
    this.timers.delete(timer as number);
  }
}

/** Returns true if the other end was released. */
async function isLetGo({ readable, writable }: ByteDuplex): Promise<boolean> {
  const read = await fate(readable.getReader().read());
  const closed = await fate(writable.getWriter().closed);
  return read instanceof Error && closed instanceof Error;
}

test('dials the URL, with a duplex or a promise', async () => {
  for (const later of [false, true]) {
    const [near, far] = duplexPair();
    const accepted = acceptWebSocket(far);
    const socket = await dialWebSocket(
      ({ hostname, port, secure }) => {
        assert.equal([hostname, port, secure], ['example.com', 8443, true]);
        return later ? settle().then(() => near) : near;
      },
      url,
      { protocols: [] },
    );
    socket.close({ closeCode: 1000 });
    assert.equal(await (await accepted).closed, { closeCode: 1000, reason: '' });
  }
});

test('rejects with a HandshakeError with the cause if the dialler throws or rejects', async () => {
  const cause = new Error('no route');
  const dials = [
    () => {
      throw cause;
    },
    () => Promise.reject(cause),
  ];
  for (const dial of dials) {
    const error = (await fate(dialWebSocket(dial, url))) as HandshakeError;
    assert.equal([error.name, error.closeCode, error.response], ['HandshakeError', 1006, undefined]);
    assert.equal([error.cause, error.message], [cause, 'the transport could not be opened: no route']);
  }
});

test('rejects invalid arguments before it dials', async () => {
  const dial = (): never => {
    throw new Error('dialled');
  };
  for (const [name, given, options] of [
    ['SyntaxError', 'ftp://a/', {}],
    ['SyntaxError', url, { protocols: ['a', 'a'] }],
    ['TypeError', url, { headers: { Upgrade: 'x' } }],
    ['RangeError', url, { handshakeTimeoutMs: 0.5 }],
    ['RangeError', url, { closeTimeoutMs: 0 }],
    ['RangeError', url, { deflate: { serverMaxWindowBits: 16 } }],
  ] as const) {
    assert.is(((await fate(dialWebSocket(dial, given, options))) as Error).name, name);
  }
});

test('rejects with the reason of an aborted signal before it dials', async () => {
  const reason = new Error('no');
  let dialled = false;
  const dial = () => {
    dialled = true;
    return duplexPair()[0];
  };
  assert.is(await fate(dialWebSocket(dial, url, { signal: AbortSignal.abort(reason) })), reason);
  assert.not(dialled);
});

test('stops dialling on an abort, and releases a duplex that comes later', async () => {
  const [near, far] = duplexPair();
  const controller = new AbortController();
  const clock = new StillClock();
  let inner: AbortSignal | undefined;
  let arrive = (_: ByteDuplex) => {};
  const opened = dialWebSocket(
    (_, signal) => {
      inner = signal;
      return new Promise(resolve => (arrive = resolve));
    },
    url,
    { signal: controller.signal, clock },
  );
  assert.is(await fate(opened), 'pending');
  const reason = new Error('changed my mind');
  controller.abort(reason);
  assert.is(await fate(opened), reason);
  assert.is(inner?.reason, reason);
  assert.is(clock.timers.size, 0);
  arrive(near);
  await settle();
  assert.ok(await isLetGo(far));
});

test('handles the rejection of a dialler after an abort', async () => {
  const controller = new AbortController();
  let fail = (_: unknown) => {};
  const dial = () => new Promise<never>((_, reject) => (fail = reject));
  const opened = dialWebSocket(dial, url, { signal: controller.signal, handshakeTimeoutMs: Infinity });
  const reason = new Error('changed my mind');
  controller.abort(reason);
  assert.is(await fate(opened), reason);
  fail(new Error('no route'));
  await settle();
});

test('counts dialling towards the handshake timeout', async () => {
  const clock = new StillClock();
  let arrive = (_: ByteDuplex) => {};
  const dial = () => new Promise<ByteDuplex>(resolve => (arrive = resolve));
  const opened = dialWebSocket(dial, url, { clock });
  const timers = [...clock.timers.values()];
  assert.equal(
    timers.map(({ ms }) => ms),
    [10_000],
  );
  arrive(duplexPair()[0]);
  assert.is(await fate(opened), 'pending');
  assert.equal([...clock.timers.values()], timers);
  clock.time = 10_000;
  timers[0]!.ring();
  assert.match(((await fate(opened)) as Error).message, 'took too long');
});

test('rejects with a HandshakeError if dialling takes too long; Infinity waits', async () => {
  const clock = new StillClock();
  const never = () => new Promise<never>(() => {});
  const opened = dialWebSocket(never, url, { clock, handshakeTimeoutMs: 50 });
  assert.equal(
    [...clock.timers.values()].map(({ ms }) => ms),
    [50],
  );
  clock.time = 50;
  clock.timers.get(1)!.ring();
  const error = (await fate(opened)) as HandshakeError;
  assert.equal([error.name, error.message], ['HandshakeError', 'the opening handshake took too long']);
  const patient = new StillClock();
  const waiting = dialWebSocket(never, url, { clock: patient, handshakeTimeoutMs: Infinity });
  assert.is(await fate(waiting), 'pending');
  assert.is(patient.timers.size, 0);
});

test('releases the duplex if the signal aborts before the handshake', async () => {
  const [near, far] = duplexPair();
  const controller = new AbortController();
  const reason = new Error('late');
  const dial = () => {
    queueMicrotask(() => queueMicrotask(() => controller.abort(reason)));
    return near;
  };
  assert.is(await fate(dialWebSocket(dial, url, { signal: controller.signal })), reason);
  assert.ok(await isLetGo(far));
});

test('rejects a locked duplex', async () => {
  const [near] = duplexPair();
  near.readable.getReader();
  assert.instance(await fate(dialWebSocket(() => near, url)), TypeError);
});

test('handles the rejections of a late duplex that cannot be released', async () => {
  const controller = new AbortController();
  let arrive = (_: ByteDuplex) => {};
  const dial = () => new Promise<ByteDuplex>(resolve => (arrive = resolve));
  const opened = dialWebSocket(dial, url, { signal: controller.signal, clock: new StillClock() });
  controller.abort(new Error('changed my mind'));
  assert.instance(await fate(opened), Error);
  const [near] = duplexPair();
  near.readable.getReader();
  near.writable.getWriter();
  arrive(near);
  await settle();
});

test.run();
