import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { WebSocketError } from '../../lib/base/websocket-error.ts';
import type { WebSocketCloseEvent, WebSocketErrorEvent } from '../../lib/platform/events.ts';
import { WebSocket, type WebSocketEventMap } from '../../lib/platform/websocket.ts';
import type { WebSocketOpener } from '../../lib/platform/websocket-arguments.ts';
import { type AcceptOptions, acceptWebSocket } from '../../lib/sockets/accept-websocket.ts';
import { dialWebSocket } from '../../lib/sockets/dial-websocket.ts';
import type { OpenWebSocket } from '../../lib/sockets/open-websocket.ts';
import type { ConnectOptions } from '../../lib/sockets/proposal.ts';
import { duplexPair } from '../../lib/testing/duplex-pair.ts';
import { thrownBy } from '../support/reading.ts';
import { fate, settle } from '../support/settling.ts';

// The WebSockets standard, "The WebSocket interface" and "Feedback from the protocol", and our additions. The suite
// `npm run conformance -- api` compares it with other implementations.

const test = suite('WebSocket');

/** The sockets that a test has opened. */
const opened: { terminate(): void }[] = [];

test.after.each(() => {
  for (const one of opened.splice(0)) one.terminate();
});

interface Pair {
  readonly socket: WebSocket;
  readonly server: Promise<OpenWebSocket>;
  /** The types of the events in order; a message by its data. */
  readonly log: string[];
}

function pairOf(protocols?: string[], options?: ConnectOptions | null, accept?: AcceptOptions): Pair {
  const [near, far] = duplexPair();
  const server = acceptWebSocket(far, { protocols: ['b'], ...accept });
  server.then(
    accepted => opened.push(accepted),
    () => {},
  );
  const open: WebSocketOpener = (url, options) => dialWebSocket(() => near, url, options);
  const socket = new WebSocket('ws://example.com/x', protocols, open, options);
  opened.push(socket);
  return { socket, server, log: logOf(socket) };
}

function logOf(socket: WebSocket): string[] {
  const log: string[] = [];
  for (const type of ['open', 'error', 'close']) socket.addEventListener(type, () => log.push(type));
  socket.addEventListener('message', ({ data }) => log.push(String(data)));
  return log;
}

function next<Type extends keyof WebSocketEventMap>(
  socket: WebSocket,
  type: Type,
): Promise<WebSocketEventMap[Type]> {
  return new Promise(resolve => socket.addEventListener(type, resolve, { once: true }));
}

async function open(
  ...args: Parameters<typeof pairOf>
): Promise<Omit<Pair, 'server'> & { server: OpenWebSocket }> {
  const { socket, server, log } = pairOf(...args);
  await next(socket, 'open');
  return { socket, server: await server, log };
}

const never: WebSocketOpener = () => new Promise(() => {});

function isDomException(error: unknown, name: string): void {
  assert.instance(error, DOMException);
  assert.is((error as DOMException).name, name);
}

test('has the shape of an interface', () => {
  const socket = new WebSocket('ws://a/', undefined, never);
  assert.instance(socket, EventTarget);
  assert.is(String(socket), '[object WebSocket]');
  assert.equal([WebSocket.CONNECTING, WebSocket.OPEN, WebSocket.CLOSING, WebSocket.CLOSED], [0, 1, 2, 3]);
  assert.equal([socket.CONNECTING, socket.OPEN, socket.CLOSING, socket.CLOSED], [0, 1, 2, 3]);
  assert.throws(() => Object.assign(socket, { OPEN: 5 }), TypeError);
  assert.equal([WebSocket.prototype.close.length, WebSocket.prototype.send.length], [0, 1]);
  const members = new Set<string>();
  for (const name in socket) members.add(name);
  for (const name of ['url', 'readyState', 'onmessage', 'send', 'close', 'pause'])
    assert.ok(members.has(name), name);
});

test('opens, with protocol and extensions, and fires `open` in its own task', async () => {
  const { socket, log } = pairOf(['a', 'b'], { deflate: true }, { deflate: true });
  assert.equal(
    [socket.url, socket.readyState, socket.protocol, socket.extensions],
    ['ws://example.com/x', 0, '', ''],
  );
  const event = await next(socket, 'open');
  assert.is(Object.getPrototypeOf(event), Event.prototype);
  assert.equal([socket.readyState, socket.protocol, log], [1, 'b', ['open']]);
  assert.match(socket.extensions, /^permessage-deflate/);
});

test('accepts the arguments of the platform', () => {
  const url = (given: string | { toString(): string }) => new WebSocket(given, undefined, never).url;
  assert.equal([url(' wss:h '), url(new URL('http://h/x'))], ['wss://h/', 'ws://h/x']);
  isDomException(
    thrownBy(() => url('ws://h/#x')),
    'SyntaxError',
  );
  const asked: unknown[] = [];
  for (const protocols of [undefined, 'a', ['a', 'b'], new Set(['a']), null, 5]) {
    new WebSocket('ws://a/', protocols as string, (_, options) => {
      asked.push(options.protocols);
      return never('', {});
    });
  }
  assert.equal(asked, [[], ['a'], ['a', 'b'], ['a'], ['null'], ['5']]);
  isDomException(
    thrownBy(() => new WebSocket('ws://a/', ['a', 'a'], never)),
    'SyntaxError',
  );
});

test('passes on our options, also inherited ones, and checks them before it opens anything', () => {
  const unreachable: WebSocketOpener = () => assert.unreachable('opened') as never;
  const bad = (options: unknown) =>
    thrownBy(() => new WebSocket('ws://a/', [], unreachable, options as object));
  const wrong = [{ deliver: 'parts' }, { protocols: ['a'] }, { signal: {} }, { headers: { Upgrade: 'x' } }];
  for (const options of [5, 'x', ...wrong]) {
    assert.instance(bad(options), TypeError);
  }
  assert.instance(bad({ closeTimeoutMs: 0 }), RangeError);
  let given: ConnectOptions | undefined;
  const options = Object.create({ origin: 'https://example.com' });
  new WebSocket('ws://a/', [], (_, options) => (given = options) && never('', {}), options);
  assert.is(given?.origin, 'https://example.com');
});

test('delivers messages after `open`, each in its own task, in the type of binaryType', async () => {
  const { socket, server } = pairOf();
  const accepted = await server;
  for (const data of ['one', Uint8Array.of(1, 2), Uint8Array.of(3), 'four']) void accepted.send(data);
  const order: unknown[] = [];
  const note = (what: unknown) => {
    order.push(what);
    let job = Promise.resolve();
    for (let i = 0; i < 10; i++) job = job.then(() => {});
    void job.then(() => order.push('later'));
  };
  socket.onopen = () => note('open');
  socket.onmessage = async ({ data, origin }) => {
    assert.is(origin, 'ws://example.com');
    if (data instanceof Blob) note(data.size);
    else note(typeof data === 'string' ? data : [...new Uint8Array(data)]);
    if (data instanceof Blob) socket.binaryType = 'arraybuffer';
  };
  while (order.length < 10) await settle();
  assert.equal(order, ['open', 'later', 'one', 'later', 2, 'later', [3], 'later', 'four', 'later']);
});

test('binaryType: ignores unknown values', () => {
  const socket = new WebSocket('ws://a/', undefined, never);
  for (const value of ['', 'nodebuffer', 5, null]) socket.binaryType = value as 'blob';
  assert.is(socket.binaryType, 'blob');
  socket.binaryType = 'arraybuffer';
  assert.is(socket.binaryType, 'arraybuffer');
});

test('gives an ArrayBuffer with the bytes of the message only', async () => {
  const { socket, server } = await open();
  socket.binaryType = 'arraybuffer';
  for (const length of [0, 3, 1000, 100_000]) {
    void server.send(new Uint8Array(length).fill(7));
    const { data } = await next(socket, 'message');
    assert.equal(new Uint8Array(data as ArrayBuffer), new Uint8Array(length).fill(7));
  }
});

test('sends strings, buffers, views, Blobs and anything that converts to a string, in order', async () => {
  const { socket, server } = await open();
  const reader = server.readable.getReader();
  for (const data of [
    'é',
    Uint8Array.of(1),
    Uint8Array.of(2).buffer,
    new Blob(['x']),
    new DataView(new ArrayBuffer(1)),
    5,
  ]) {
    socket.send(data as string);
  }
  const got: unknown[] = [];
  while (got.length < 6) got.push((await reader.read()).value);
  assert.equal(got, ['é', Uint8Array.of(1), Uint8Array.of(2), Uint8Array.of(120), Uint8Array.of(0), '5']);
});

test('send: rejects data that cannot be sent, and all data while connecting', () => {
  const { socket } = pairOf();
  isDomException(
    thrownBy(() => socket.send('x')),
    'InvalidStateError',
  );
  for (const data of [Symbol('s'), new Uint8Array(new SharedArrayBuffer(1))]) {
    assert.instance(
      thrownBy(() => socket.send(data as never)),
      TypeError,
    );
  }
  assert.instance(
    thrownBy(() => (socket.send as () => void)()),
    TypeError,
  );
  assert.is(socket.bufferedAmount, 0);
});

test('bufferedAmount: counts bytes of UTF-8 at once, falls when they were sent, and grows after the end', async () => {
  const { socket, server } = await open();
  socket.send('é');
  socket.send(new Blob(['abc']));
  assert.is(socket.bufferedAmount, 5);
  // A browser may take some time to read a Blob.
  while (socket.bufferedAmount > 0) await settle();
  socket.close();
  socket.send('x');
  socket.send(Uint8Array.of(1, 2));
  socket.send(new Blob(['abc']));
  assert.is(socket.bufferedAmount, 6);
  await next(socket, 'close');
  assert.is(socket.bufferedAmount, 6);
  assert.equal(await server.closed, { closeCode: 1005, reason: '' });
});

test('calls handlers, which can be replaced and removed', async () => {
  const { socket, server } = pairOf();
  const order: string[] = [];
  const handlers = ['onopen', 'onmessage', 'onerror', 'onclose'] as const;
  for (const name of handlers) {
    assert.is(socket[name], null);
    const handler = ({ type }: Event) => order.push(type);
    socket[name] = handler;
    assert.is(socket[name], handler);
  }
  const accepted = await server;
  void accepted.send('x');
  await next(socket, 'message');
  socket.onmessage = null;
  void accepted.send('y');
  await next(socket, 'message');
  accepted.close();
  await next(socket, 'close');
  assert.equal(order, ['open', 'message', 'close']);
});

test('close: sends code and reason, and the event has those of the peer', async () => {
  for (const [args, closeCode, reason] of [
    [[], 1005, ''],
    [[1000], 1000, ''],
    [[3000.4, 'é'], 3000, 'é'],
    [[undefined, 'x'], 1000, 'x'],
  ] as [[code?: number, reason?: string], number, string][]) {
    const { socket, server, log } = await open();
    socket.close(...args);
    assert.is(socket.readyState, 2);
    socket.close(4000);
    const event = await next(socket, 'close');
    assert.equal(await server.closed, { closeCode, reason });
    assert.equal(
      [event.code, event.wasClean, socket.readyState, log],
      [closeCode, true, 3, ['open', 'close']],
    );
  }
});

test('close: rejects codes and reasons that an application may not send, in every state', async () => {
  const { socket } = pairOf();
  const refused = (...args: unknown[]) => thrownBy(() => socket.close(...(args as [number, string])));
  for (const step of [() => next(socket, 'open'), () => socket.close(), () => {}]) {
    isDomException(refused(1001, 'x'.repeat(124)), 'InvalidAccessError');
    isDomException(refused(null), 'InvalidAccessError');
    isDomException(refused(1000, 'x'.repeat(124)), 'SyntaxError');
    await step();
  }
});

test('close: comes after all sent messages, also after a Blob', async () => {
  const { socket, server } = await open();
  socket.send('a');
  socket.send(new Blob(['b']));
  socket.send('c');
  socket.close(1000);
  const got: unknown[] = [];
  for await (const message of server.readable) got.push(message);
  assert.equal(got, ['a', Uint8Array.of(98), 'c']);
  assert.is((await server.closed).closeCode, 1000);
});

test('delivers nothing after close()', async () => {
  const { socket, server, log } = await open();
  for (let i = 0; i < 5; i++) void server.send(`${i}`);
  socket.onmessage = () => socket.close();
  await next(socket, 'close');
  assert.equal(log, ['open', '0', 'close']);
});

test('fires `close` with the code of the peer after its messages', async () => {
  const { socket, server, log } = await open();
  void server.send('a');
  server.close({ closeCode: 4001, reason: 'enough' });
  const { code, reason, wasClean } = await next(socket, 'close');
  assert.equal([code, reason, wasClean, log], [4001, 'enough', true, ['open', 'a', 'close']]);
});

function outcome(error: WebSocketErrorEvent, { code, reason, wasClean }: WebSocketCloseEvent): unknown[] {
  return [(error.error as Error).name, code, reason, wasClean];
}

test('fires `error` with the reason and `close` with 1006 if the connection is lost', async () => {
  const { socket, server, log } = await open();
  const events = Promise.all([next(socket, 'error'), next(socket, 'close')]);
  server.terminate();
  assert.equal(outcome(...(await events)), ['WebSocketError', 1006, '', false]);
  assert.equal([log, socket.readyState], [['open', 'error', 'close'], 3]);
});

test('fires `error` with the reason and `close` with 1006 if the opening fails', async () => {
  for (const fail of [
    () => Promise.reject(new WebSocketError('no')),
    () => {
      throw new WebSocketError('no');
    },
  ]) {
    const socket = new WebSocket('ws://a/', undefined, fail);
    const log = logOf(socket);
    const [error, close] = await Promise.all([next(socket, 'error'), next(socket, 'close')]);
    assert.equal(outcome(error, close), ['WebSocketError', 1006, '', false]);
    assert.equal([error.message, log, socket.readyState], ['no', ['error', 'close'], 3]);
    socket.send('x');
    assert.is(socket.bufferedAmount, 1);
  }
});

test('aborts the opening on close and terminate', async () => {
  for (const end of ['close', 'terminate'] as const) {
    let signal: AbortSignal | undefined;
    const socket = new WebSocket('ws://a/', undefined, (_, options) => {
      signal = options.signal;
      return never('', {});
    });
    const log = logOf(socket);
    socket[end]();
    assert.equal([socket.readyState, signal?.aborted, log], [2, true, []]);
    socket.close();
    const { code, wasClean } = await next(socket, 'close');
    assert.equal([code, wasClean, log], [1006, false, ['error', 'close']]);
  }
});

test('aborts the opening on its signal, and ignores the signal afterwards', async () => {
  const before = new WebSocket('ws://a/', [], never, { signal: AbortSignal.abort(new Error('no')) });
  assert.is((await next(before, 'error')).message, 'no');
  const controller = new AbortController();
  const during = new WebSocket('ws://a/', [], never, { signal: controller.signal });
  controller.abort(new Error('enough'));
  assert.is((await next(during, 'error')).message, 'enough');
  const other = new AbortController();
  const { socket } = await open([], { signal: other.signal });
  other.abort();
  await settle();
  assert.is(socket.readyState, 1);
});

test('terminates a socket that opens after close()', async () => {
  const [near, far] = duplexPair();
  const server = acceptWebSocket(far);
  const late = dialWebSocket(() => near, 'ws://a/');
  const socket = new WebSocket('ws://a/', [], () => late);
  socket.close();
  await next(socket, 'close');
  assert.is(((await (await late).closed.catch(error => error)) as WebSocketError).closeCode, 1006);
  (await server).terminate();
});

test('reports an unclean end if the peer’s Close leaves messages unsent', async () => {
  const [near, far] = duplexPair({ capacityBytes: 1000 });
  const server = acceptWebSocket(far);
  const socket = new WebSocket('ws://a/', [], (url, options) => dialWebSocket(() => near, url, options));
  await next(socket, 'open');
  const accepted = await server;
  opened.push(accepted);
  for (let i = 0; i < 20; i++) socket.send(new Uint8Array(100_000));
  accepted.close({ closeCode: 4567 });
  void accepted.readable.pipeTo(new WritableStream());
  const { code, wasClean } = await next(socket, 'close');
  assert.equal([code, wasClean], [4567, false]);
  assert.ok(socket.bufferedAmount > 0);
});

test('pause: holds messages back until resume', async () => {
  const { socket, server, log } = await open();
  socket.pause();
  void server.send('a');
  void server.send('b');
  await settle();
  assert.equal(log, ['open']);
  socket.resume();
  socket.resume();
  while (log.length < 3) await settle();
  assert.equal(log, ['open', 'a', 'b']);
});

test('pause: holds back the next message of the same chunk if called in a handler', async () => {
  const { socket, server, log } = await open();
  socket.onmessage = () => socket.pause();
  for (const text of ['a', 'b', 'c']) void server.send(text);
  for (let i = 0; i < 3; i++) {
    await settle();
    assert.is(log.length, 2 + i);
    socket.resume();
  }
});

test('pause: has no effect if resume follows in the same handler', async () => {
  const { socket, server, log } = await open();
  socket.onmessage = () => {
    socket.pause();
    socket.resume();
  };
  for (const text of ['a', 'b', 'c']) void server.send(text);
  while (log.length < 4) await settle();
  assert.equal(log, ['open', 'a', 'b', 'c']);
});

test('pause: holds the peer back', async () => {
  const [near, far] = duplexPair({ capacityBytes: 1000 });
  const server = acceptWebSocket(far);
  const socket = new WebSocket('ws://a/', [], (url, options) => dialWebSocket(() => near, url, options));
  opened.push(socket);
  socket.pause();
  await next(socket, 'open');
  const accepted = await server;
  opened.push(accepted);
  const writing = Promise.all(Array.from({ length: 20 }, () => accepted.send(new Uint8Array(20_000))));
  assert.is(await fate(writing), 'pending');
  socket.resume();
  await writing;
});

test('ends if it is closed while it is paused', async () => {
  const { socket, server, log } = await open();
  socket.pause();
  void server.send('never');
  await settle();
  socket.close();
  await next(socket, 'close');
  assert.equal(log, ['open', 'close']);
});

test('ping: resolves with the round trip, and rejects before the opening', async () => {
  const { socket } = pairOf();
  const early = socket.ping().catch(error => error);
  await next(socket, 'open');
  isDomException(await early, 'InvalidStateError');
  assert.type(await socket.ping(Uint8Array.of(1)), 'number');
});

test('terminate: fires `close` with 1006, and no `error`', async () => {
  const { socket, log } = await open();
  socket.terminate();
  assert.is(socket.readyState, 2);
  socket.terminate();
  const { code, wasClean } = await next(socket, 'close');
  assert.equal([code, wasClean, log], [1006, false, ['open', 'close']]);
});

test('from: gives a WebSocket over an accepted socket', async () => {
  const [near, far] = duplexPair();
  const accepting = acceptWebSocket(far, { protocols: ['b'] });
  const client = await dialWebSocket(() => near, 'ws://a/', { protocols: ['b'] });
  opened.push(client);
  await client.send('first');
  const accepted = await accepting;
  const socket = WebSocket.from(accepted);
  assert.instance(socket, WebSocket);
  assert.equal([socket.url, socket.readyState, socket.protocol], ['', 1, 'b']);
  assert.throws(() => WebSocket.from(accepted), TypeError);
  const log = logOf(socket);
  const { data, origin } = await next(socket, 'message');
  assert.equal([data, origin, log], ['first', '', ['first']]);
  socket.send('back');
  assert.is((await client.readable.getReader().read()).value, 'back');
  client.close({ closeCode: 4000 });
  assert.is((await next(socket, 'close')).code, 4000);
});

test('from: rejects a socket that delivers parts', async () => {
  const [near, far] = duplexPair();
  const accepting = acceptWebSocket(far, { deliver: 'parts' });
  opened.push(await dialWebSocket(() => near, 'ws://a/'));
  const accepted = await accepting;
  opened.push(accepted);
  assert.throws(() => WebSocket.from(accepted), /^socket must deliver messages/);
});

test('from: returns an instance of the class on which it is called', async () => {
  class Mine extends WebSocket {}
  const [near, far] = duplexPair();
  const accepting = acceptWebSocket(far);
  opened.push(await dialWebSocket(() => near, 'ws://a/'));
  const socket = Mine.from(await accepting);
  assert.instance(socket, Mine);
  socket.terminate();
});

test.run();
