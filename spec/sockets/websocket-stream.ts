import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { WebSocketError } from '../../lib/base/websocket-error.ts';
import { acceptWebSocket } from '../../lib/sockets/accept-websocket.ts';
import type { CloseInfo } from '../../lib/sockets/close-info.ts';
import { dialWebSocket } from '../../lib/sockets/dial-websocket.ts';
import type { OpenWebSocket } from '../../lib/sockets/open-websocket.ts';
import { WebSocketStream, type WebSocketStreamOptions } from '../../lib/sockets/websocket-stream.ts';
import { duplexPair } from '../../lib/testing/duplex-pair.ts';
import { fate, settle } from '../support/settling.ts';

// The rules of whatwg/websockets, add-websocketstream.

const test = suite('WebSocketStream');

/** What a test has opened. */
const opened: Promise<OpenWebSocket>[] = [];

test.after.each(async () => {
  for (const one of await Promise.allSettled(opened.splice(0))) {
    if (one.status === 'fulfilled') one.value.terminate();
  }
});

/** A stream and the server's side, which accepts the first of its protocols that is 'b'. */
function connect(options: WebSocketStreamOptions = {}): [WebSocketStream, Promise<OpenWebSocket>] {
  const [near, far] = duplexPair();
  const accepted = acceptWebSocket(far, { protocols: ['b'] });
  accepted.catch(() => {});
  const url = 'ws://example.com/';
  const open = (signal: AbortSignal) => dialWebSocket(() => near, url, { ...options, signal });
  const stream = new WebSocketStream(url, options, open);
  opened.push(stream.opened, accepted);
  return [stream, accepted];
}

/** A stream that never opens. */
function pending(options: WebSocketStreamOptions = {}): [WebSocketStream, AbortSignal] {
  let given: AbortSignal | undefined;
  const open = (signal: AbortSignal) => {
    given = signal;
    return new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
  };
  return [new WebSocketStream('ws://example.com/', options, open), given!];
}

const never = (): Promise<OpenWebSocket> => new Promise(() => {});

function caught(step: () => unknown): unknown {
  try {
    step();
  } catch (error) {
    return error;
  }
  return undefined;
}

function isDomException(error: unknown, name: string): void {
  assert.instance(error, DOMException);
  assert.is((error as DOMException).name, name);
}

test('opened gives what the platform gives; extensions are a string', async () => {
  const [stream, accepted] = connect({ protocols: ['a', 'b'] });
  const { readable, writable, extensions, protocol } = await stream.opened;
  assert.equal([extensions, protocol], ['', 'b']);
  writable.getWriter().write('hi');
  const server = await accepted;
  assert.is((await server.readable.getReader().read()).value, 'hi');
  const writer = server.writable.getWriter();
  writer.write('text');
  writer.write(new Uint8Array([1]));
  const reader = readable.getReader();
  assert.is((await reader.read()).value, 'text');
  assert.equal((await reader.read()).value, new Uint8Array([1]));
});

test('the URL is in normal form, with the scheme of WebSocket', () => {
  const url = (given: string | URL) => new WebSocketStream(given, {}, never).url;
  assert.is(url('ws://Example.com'), 'ws://example.com/');
  assert.is(url('wss://example.com:443/a?b'), 'wss://example.com/a?b');
  assert.is(url('http://example.com/'), 'ws://example.com/');
  assert.is(url('https://example.com/http'), 'wss://example.com/http');
  assert.is(url(new URL('ws://example.com/x')), 'ws://example.com/x');
});

for (const url of [
  '',
  '/relative',
  'ftp://example.com/',
  'ws://example.com/#fragment',
  'ws://example.com/#',
]) {
  test(`refuses the URL ${JSON.stringify(url)} with a SyntaxError`, () => {
    isDomException(
      caught(() => new WebSocketStream(url, {}, never)),
      'SyntaxError',
    );
  });
}

for (const protocols of [['a', 'a'], [''], ['a b']]) {
  test(`refuses the protocols ${JSON.stringify(protocols)} with a SyntaxError`, () => {
    isDomException(
      caught(() => new WebSocketStream('ws://a/', { protocols }, never)),
      'SyntaxError',
    );
  });
}

test('refuses other bad options with a TypeError or RangeError, before anything is opened', () => {
  const open = () => assert.unreachable('opened') as never;
  const bad = (options: object) => caught(() => new WebSocketStream('ws://a/', options, open));
  assert.instance(bad({ protocols: 'a' }), TypeError);
  assert.instance(bad({ headers: { Upgrade: 'x' } }), TypeError);
  assert.instance(bad({ closeTimeoutMs: 0 }), RangeError);
});

test('a signal that has been aborted rejects both promises with its reason, and nothing is opened', async () => {
  const reason = new Error('no');
  const open = () => assert.unreachable('opened') as never;
  const stream = new WebSocketStream('ws://a/', { signal: AbortSignal.abort(reason) }, open);
  assert.is(await fate(stream.opened), reason);
  assert.is(await fate(stream.closed), reason);
});

test('a signal during the handshake rejects both promises with its reason', async () => {
  const controller = new AbortController();
  const [stream, inner] = pending({ signal: controller.signal });
  assert.is(await fate(stream.opened), 'pending');
  const reason = { any: 'value' };
  controller.abort(reason);
  assert.is(inner.reason, reason);
  assert.is(await fate(stream.opened), reason);
  assert.is(await fate(stream.closed), reason);
});

test('a signal after the handshake does nothing', async () => {
  const controller = new AbortController();
  const [stream] = connect({ signal: controller.signal });
  await stream.opened;
  controller.abort();
  assert.is(await fate(stream.closed), 'pending');
});

test('a socket that opens too late for the signal is terminated', async () => {
  const [other] = connect();
  const socket = await other.opened;
  const controller = new AbortController();
  const late = settle().then(() => socket);
  const stream = new WebSocketStream('ws://a/', { signal: controller.signal }, () => late);
  controller.abort(new Error('late'));
  assert.is(((await stream.opened.catch(error => error)) as Error).message, 'late');
  assert.is(((await socket.closed.catch(error => error)) as WebSocketError).closeCode, 1006);
});

test('a handshake that fails rejects both promises with a WebSocketError; the cause has the response', async () => {
  const [near, far] = duplexPair();
  acceptWebSocket(far, { authorize: () => ({ status: 401 }) }).catch(() => {});
  const open = (signal: AbortSignal) => dialWebSocket(() => near, 'ws://a/', { signal });
  const stream = new WebSocketStream('ws://a/', {}, open);
  const error = await stream.opened.catch(error => error);
  assert.equal([error.name, error.closeCode, error.reason], ['WebSocketError', 1006, '']);
  assert.is(error.cause.response.status, 401);
  assert.is(await fate(stream.closed), error);
});

test('close before the handshake is done rejects both promises with a WebSocketError', async () => {
  const [stream, inner] = pending();
  stream.close();
  assert.ok(inner.aborted);
  const error = (await fate(stream.opened)) as WebSocketError;
  assert.equal([error.name, error.closeCode], ['WebSocketError', 1006]);
  assert.is(await fate(stream.closed), error);
  stream.close();
});

test('close sends code and reason, and closed gives what the peer answers', async () => {
  for (const [info, closeCode, reason] of [
    [{ closeCode: 1000 }, 1000, ''],
    [{ closeCode: 3000, reason: 'a' }, 3000, 'a'],
    [{ closeCode: 4999, reason: 'é'.repeat(61) }, 4999, 'é'.repeat(61)],
    [{ reason: 'no code' }, 1000, 'no code'],
    [{ closeCode: '1000.9', reason: '\ud800' }, 1000, '\ufffd'],
    [{ closeCode: 1000, reason: null }, 1000, 'null'],
    [{ closeCode: 1000, reason: '\ufeff' }, 1000, '\ufeff'],
    [{}, 1005, ''],
    [undefined, 1005, ''],
    [null, 1005, ''],
  ] as [CloseInfo | null | undefined, number, string][]) {
    const [stream, accepted] = connect();
    await stream.opened;
    stream.close(info);
    assert.equal(await (await accepted).closed, { closeCode, reason });
    assert.equal(await stream.closed, { closeCode, reason: '' });
  }
});

test('close refuses codes with InvalidAccessError, long reasons with SyntaxError, non-integers with TypeError', async () => {
  const [stream, accepted] = connect();
  const refused = (info: object) => caught(() => stream.close(info as CloseInfo));
  const open = async () => {
    const between = Array.from({ length: 15 }, (_, i) => 1001 + i);
    for (const closeCode of [0, 999, ...between, 2999, 5000, 65_535]) {
      isDomException(refused({ closeCode, reason: 'x'.repeat(124) }), 'InvalidAccessError');
    }
    for (const closeCode of [3000, 4999])
      isDomException(refused({ closeCode, reason: 'x'.repeat(124) }), 'SyntaxError');
    isDomException(refused({ closeCode: 1000, reason: 'x'.repeat(124) }), 'SyntaxError');
    isDomException(refused({ reason: 'é'.repeat(62) }), 'SyntaxError');
    for (const closeCode of [-1, 65536, Number.NaN, Infinity, 'x', 1000n])
      assert.instance(refused({ closeCode }), TypeError);
  };
  await open();
  await stream.opened;
  await open();
  assert.is((await accepted).closeRecord.initiator, undefined);
});

test('after a clean end the readable closes, and the writable fails with InvalidStateError', async () => {
  const [stream, accepted] = connect();
  const { readable, writable } = await stream.opened;
  (await accepted).close({ closeCode: 4000, reason: 'bye' });
  assert.equal(await stream.closed, { closeCode: 4000, reason: 'bye' });
  assert.is((await readable.getReader().read()).done, true);
  isDomException(await fate(writable.getWriter().closed), 'InvalidStateError');
});

test('after any other end readable, writable and closed fail with a WebSocketError', async () => {
  const [stream, accepted] = connect();
  const { readable, writable } = await stream.opened;
  (await accepted).terminate();
  const error = await stream.closed.catch(error => error);
  assert.equal([error.name, error.closeCode], ['WebSocketError', 1006]);
  assert.is(await fate(readable.getReader().read()), error);
  assert.is(await fate(writable.getWriter().closed), error);
});

test('a write after close() settles, and is dropped', async () => {
  const [stream, accepted] = connect();
  const { writable } = await stream.opened;
  const writer = writable.getWriter();
  writer.closed.catch(() => {});
  stream.close();
  await writer.write('dropped');
  assert.is((await (await accepted).readable.getReader().read()).done, true);
});

test('cancel, abort and the close of the writable close the WebSocket', async () => {
  const said = new WebSocketError('', { closeCode: 3001, reason: 'why' });
  for (const [end, closeCode, reason] of [
    [(s: OpenWebSocket) => s.readable.cancel(said), 3001, 'why'],
    [(s: OpenWebSocket) => s.writable.abort(said), 3001, 'why'],
    [(s: OpenWebSocket) => s.readable.cancel(new Error('private')), 1005, ''],
    [(s: OpenWebSocket) => s.writable.abort('private'), 1005, ''],
    [(s: OpenWebSocket) => s.writable.close(), 1005, ''],
  ] as [(socket: OpenWebSocket) => Promise<void>, number, string][]) {
    const [stream, accepted] = connect();
    await end(await stream.opened);
    assert.equal(await (await accepted).closed, { closeCode, reason });
  }
});

test.run();
