import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { WebSocketError } from '../../lib/base/websocket-error.ts';
import type { HandshakeError } from '../../lib/handshake/handshake-error.ts';
import type { WebSocketOpener } from '../../lib/platform/websocket-arguments.ts';
import {
  type WebSocketOpenInfo,
  WebSocketStream,
  type WebSocketStreamOptions,
} from '../../lib/platform/websocket-stream.ts';
import { acceptWebSocket } from '../../lib/sockets/accept-websocket.ts';
import type { ClosedInfo, CloseInfo } from '../../lib/sockets/close-info.ts';
import { dialWebSocket } from '../../lib/sockets/dial-websocket.ts';
import type { OpenWebSocket } from '../../lib/sockets/open-websocket.ts';
import type { ConnectOptions } from '../../lib/sockets/proposal.ts';
import { duplexPair } from '../../lib/testing/duplex-pair.ts';
import { HandDuplex } from '../support/hand-duplex.ts';
import { fromClient } from '../support/named-frames.ts';
import { thrownBy } from '../support/reading.ts';
import { fate, settle } from '../support/settling.ts';
import { openByHand } from '../support/socket-over.ts';

// The rules of whatwg/websockets, add-websocketstream.

const test = suite('WebSocketStream');

/** The sockets that a test has opened. */
const opened: Promise<OpenWebSocket>[] = [];

test.after.each(async () => {
  for (const one of await Promise.allSettled(opened.splice(0))) {
    if (one.status === 'fulfilled') one.value.terminate();
  }
});

/** Returns a stream and the server's side, which accepts the protocol 'b'. */
function connect(options: WebSocketStreamOptions = {}): [WebSocketStream, Promise<OpenWebSocket>] {
  const [near, far] = duplexPair();
  const accepted = acceptWebSocket(far, { protocols: ['b'] });
  accepted.catch(() => {});
  const stream = new WebSocketStream('ws://example.com/', options, (url, options) =>
    dialWebSocket(() => near, url, options),
  );
  opened.push(
    stream.opened.then(({ socket }) => socket),
    accepted,
  );
  return [stream, accepted];
}

/** Returns a stream that never opens, and the signal that its opener got. */
function pending(options: WebSocketStreamOptions = {}): [WebSocketStream, AbortSignal] {
  let given: AbortSignal | undefined;
  const open: WebSocketOpener = (_, { signal }) => {
    given = signal;
    return new Promise(() => {});
  };
  return [new WebSocketStream('ws://example.com/', options, open), given!];
}

const never: WebSocketOpener = () => new Promise(() => {});
const unreachable: WebSocketOpener = () => assert.unreachable('opened') as never;

function isDomException(error: unknown, name: string): void {
  assert.instance(error, DOMException);
  assert.is((error as DOMException).name, name);
}

test('opened: gives what the platform gives; extensions are a string', async () => {
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

test('opened: is a dictionary of four members, with the socket as a hidden fifth', async () => {
  const [stream] = connect();
  const info = await stream.opened;
  assert.equal(Object.keys({ ...info }).sort(), ['extensions', 'protocol', 'readable', 'writable']);
  assert.is(Object.getPrototypeOf(info), Object.prototype);
  assert.is(info.socket.readable, info.readable);
  assert.is(info.socket.response.status, 101);
  assert.is(stream.opened, stream.opened);
});

test('has the shape of an interface', () => {
  const stream = new WebSocketStream('ws://a/', {}, never);
  assert.equal(Object.keys(stream), []);
  const members: string[] = [];
  for (const name in stream) members.push(name);
  assert.equal(members.sort(), ['close', 'closed', 'opened', 'url']);
  assert.is(String(stream), '[object WebSocketStream]');
  assert.is(WebSocketStream.prototype.close.length, 0);
  assert.throws(() => Object.assign(stream, { url: 'ws://b/' }), TypeError);
});

test('parses the URL by the URL Standard, and gives it a WebSocket scheme', () => {
  for (const [given, url] of [
    ['ws://Example.com', 'ws://example.com/'],
    ['wss://example.com:443/a?b', 'wss://example.com/a?b'],
    ['http://example.com/', 'ws://example.com/'],
    ['https://example.com/http', 'wss://example.com/http'],
    [new URL('ws://example.com/x'), 'ws://example.com/x'],
    [' ws://h/ ', 'ws://h/'],
    ['ws:h:1', 'ws://h:1/'],
    ['ws:/h', 'ws://h/'],
    ['w\ns:\\\\h', 'ws://h/'],
    ['ws://h/\ud800', 'ws://h/%EF%BF%BD'],
    ['ws://u:p@h/', 'ws://u:p@h/'],
    [{ toString: () => 'ws://h/' }, 'ws://h/'],
  ] as const) {
    assert.is(new WebSocketStream(given, {}, never).url, url);
  }
});

/** A page resolves relative URLs, and Chromium escapes a space in a host. */
const refusedOffPages =
  'location' in globalThis && globalThis.location !== undefined ? [] : ['', '/relative', 'ws://foo bar.com/'];

for (const url of [
  ...refusedOffPages,
  'ftp://example.com/',
  'mailto:a@b',
  'ws://',
  'ws://h:99999/',
  'ws://example.com/#fragment',
  'ws://example.com/#',
]) {
  test(`rejects the URL ${JSON.stringify(url)} with a SyntaxError`, () => {
    isDomException(
      thrownBy(() => new WebSocketStream(url, {}, never)),
      'SyntaxError',
    );
  });
}

test('accepts any sequence of values that convert to strings as protocols', async () => {
  const asked: unknown[] = [];
  const open: WebSocketOpener = (_, { protocols }) => {
    asked.push(protocols);
    return never('', {});
  };
  for (const protocols of [undefined, [], ['a', 'b'], [1], new Set(['a'])]) {
    new WebSocketStream('ws://a/', { protocols: protocols as string[] }, open);
  }
  assert.equal(asked, [[], [], ['a', 'b'], ['1'], ['a']]);
});

for (const protocols of [['a', 'a'], [''], ['a b'], ['é']]) {
  test(`rejects the protocols ${JSON.stringify(protocols)} with a SyntaxError`, () => {
    isDomException(
      thrownBy(() => new WebSocketStream('ws://a/', { protocols }, never)),
      'SyntaxError',
    );
  });
}

test('rejects other invalid options with a TypeError or RangeError, before it opens anything', () => {
  const bad = (options: unknown) =>
    thrownBy(() => new WebSocketStream('ws://a/', options as object, unreachable));
  for (const options of [true, 5, 'chat']) assert.instance(bad(options), TypeError);
  for (const protocols of ['a', 5, null, {}]) assert.instance(bad({ protocols }), TypeError);
  for (const signal of [5, {}, null, 'x', new EventTarget()]) assert.instance(bad({ signal }), TypeError);
  assert.instance(bad({ headers: { Upgrade: 'x' } }), TypeError);
  assert.instance(bad({ closeTimeoutMs: 0 }), RangeError);
  assert.instance(bad({ deliver: 'parts' }), TypeError);
});

test('takes options as a dictionary: accepts null and inherited members', () => {
  new WebSocketStream('ws://a/', null, never);
  new WebSocketStream('ws://a/', undefined, never);
  const headers = { 'X-Mine': 'mine' };
  class Options {
    get headers() {
      return headers;
    }
  }
  let given: ConnectOptions | undefined;
  new WebSocketStream('ws://a/', new Options(), (_, options) => {
    given = options;
    return never('', {});
  });
  assert.equal(given?.headers, [['X-Mine', 'mine']]);
});

test('rejects both promises with the reason of an aborted signal, without opening anything', async () => {
  const reason = new Error('no');
  const stream = new WebSocketStream('ws://a/', { signal: AbortSignal.abort(reason) }, unreachable);
  assert.is(await fate(stream.opened), reason);
  assert.is(await fate(stream.closed), reason);
});

test('rejects both promises with the reason of a signal that aborts during the handshake', async () => {
  const controller = new AbortController();
  const [stream, inner] = pending({ signal: controller.signal });
  assert.is(await fate(stream.opened), 'pending');
  const reason = { any: 'value' };
  controller.abort(reason);
  assert.is(inner.reason, reason);
  assert.is(await fate(stream.opened), reason);
  assert.is(await fate(stream.closed), reason);
  stream.close();
});

test('ignores the signal after the handshake', async () => {
  const controller = new AbortController();
  const [stream] = connect({ signal: controller.signal });
  await stream.opened;
  controller.abort();
  assert.is(await fate(stream.closed), 'pending');
});

test('terminates a socket that opens after the abort', async () => {
  const [other] = connect();
  const { socket } = await other.opened;
  const controller = new AbortController();
  const late = settle().then(() => socket);
  const stream = new WebSocketStream('ws://a/', { signal: controller.signal }, () => late);
  controller.abort(new Error('late'));
  assert.is(((await fate(stream.opened)) as Error).message, 'late');
  assert.is(((await socket.closed.catch(error => error)) as WebSocketError).closeCode, 1006);
});

/** Returns the errors with which both promises are rejected. */
async function reasons(stream: WebSocketStream): Promise<[WebSocketError, WebSocketError]> {
  return (await Promise.all([fate(stream.opened), fate(stream.closed)])) as [WebSocketError, WebSocketError];
}

test('rejects both promises with a WebSocketError if the handshake fails; the cause has the response', async () => {
  const [near, far] = duplexPair();
  acceptWebSocket(far, { authorize: () => ({ status: 401 }) }).catch(() => {});
  const stream = new WebSocketStream('ws://a/', {}, (url, options) =>
    dialWebSocket(() => near, url, options),
  );
  await stream.opened.catch(() => {});
  const errors = await reasons(stream);
  for (const error of errors) {
    assert.equal([error.constructor, error.reason], [WebSocketError, '']);
    assert.is((error.cause as HandshakeError).response?.status, 401);
  }
  assert.equal(
    errors.map(error => error.closeCode),
    [null, 1006],
  );
});

test('rejects in the same way if the opener throws anything else', async () => {
  const fail = () => {
    throw 'odd';
  };
  const [error] = await reasons(new WebSocketStream('ws://a/', {}, fail));
  assert.equal([error.name, error.message, error.cause], ['WebSocketError', 'odd', 'odd']);
});

test('close: rejects both promises with a WebSocketError during the handshake', async () => {
  const [stream, inner] = pending();
  stream.close();
  assert.ok(inner.aborted);
  const errors = await reasons(stream);
  assert.equal(
    errors.map(({ name, closeCode }) => [name, closeCode]),
    [
      ['WebSocketError', null],
      ['WebSocketError', 1006],
    ],
  );
  stream.close();
});

test('close: sends code and reason, and closed gives those of the peer', async () => {
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
    assert.equal(await stream.closed, { closeCode, reason });
  }
});

test('close: rejects the same arguments as WebSocketError, before the opening and after', async () => {
  const [stream, accepted] = connect();
  const refused = (...info: unknown[]) => thrownBy(() => stream.close(...(info as [CloseInfo])));
  for (const _ of ['connecting', 'open']) {
    isDomException(refused({ closeCode: 1001 }), 'InvalidAccessError');
    isDomException(refused({ reason: 'é'.repeat(62) }), 'SyntaxError');
    for (const info of [{ closeCode: -1 }, true, 'bye']) assert.instance(refused(info), TypeError);
    assert.instance(refused(3000, 'bye'), TypeError);
    await stream.opened;
  }
  assert.is((await accepted).closeRecord.initiator, undefined);
});

test('closes the readable and fails the writable with InvalidStateError after a clean end', async () => {
  const [stream, accepted] = connect();
  const { readable, writable } = await stream.opened;
  (await accepted).close({ closeCode: 4000, reason: 'bye' });
  assert.equal(await stream.closed, { closeCode: 4000, reason: 'bye' });
  assert.is((await readable.getReader().read()).done, true);
  isDomException(await fate(writable.getWriter().closed), 'InvalidStateError');
});

test('fails readable, writable and closed with a WebSocketError after any other end', async () => {
  const [stream, accepted] = connect();
  const { readable, writable } = await stream.opened;
  (await accepted).terminate();
  const error = await stream.closed.catch(error => error);
  assert.equal([error.name, error.closeCode], ['WebSocketError', 1006]);
  assert.is(await fate(readable.getReader().read()), error);
  assert.is(await fate(writable.getWriter().closed), error);
});

test('drops a write after close(), which settles', async () => {
  const [stream, accepted] = connect();
  const { writable } = await stream.opened;
  const writer = writable.getWriter();
  writer.closed.catch(() => {});
  stream.close();
  await writer.write('dropped');
  assert.is((await (await accepted).readable.getReader().read()).done, true);
});

test('closes the WebSocket on cancel, abort and close of its streams', async () => {
  const said = new WebSocketError('', { closeCode: 3001, reason: 'why' });
  for (const [end, closeCode, reason] of [
    [(s: WebSocketOpenInfo) => s.readable.cancel(said), 3001, 'why'],
    [(s: WebSocketOpenInfo) => s.writable.abort(said), 3001, 'why'],
    [(s: WebSocketOpenInfo) => s.readable.cancel(new WebSocketError('x')), 1005, ''],
    [(s: WebSocketOpenInfo) => s.readable.cancel(WebSocketError.of('', { closeCode: 1001 })), 1005, ''],
    [(s: WebSocketOpenInfo) => s.readable.cancel({ ...said, name: 'WebSocketError' }), 1005, ''],
    [(s: WebSocketOpenInfo) => s.readable.cancel(new Error('private')), 1005, ''],
    [(s: WebSocketOpenInfo) => s.writable.abort('private'), 1005, ''],
    [(s: WebSocketOpenInfo) => s.writable.close(), 1005, ''],
  ] as [(info: WebSocketOpenInfo) => Promise<void>, number, string][]) {
    const [stream, accepted] = connect();
    await end(await stream.opened);
    assert.equal(await (await accepted).closed, { closeCode, reason });
  }
});

test('treats a WebSocketError of the host as ours', async () => {
  class HostError extends Error {
    readonly closeCode = 3002;
    readonly reason = 'theirs';
  }
  Object.defineProperty(globalThis, 'WebSocketError', { value: HostError, configurable: true });
  const [stream, accepted] = connect();
  const { writable } = await stream.opened;
  await writable.abort(new HostError());
  Reflect.deleteProperty(globalThis, 'WebSocketError');
  assert.equal(await (await accepted).closed, { closeCode: 3002, reason: 'theirs' });
});

test('fails everything on a violation with one error of code 1006, whose cause has the details', async () => {
  const [near, far] = duplexPair();
  const accepting = acceptWebSocket(far, { tap: () => {} });
  const stream = new WebSocketStream('ws://a/', {}, (url, options) =>
    dialWebSocket(() => near, url, { ...options, maxMessageBytes: 5 }),
  );
  const { readable, writable } = await stream.opened;
  const server = await accepting;
  void server.send('too long');
  const error = (await stream.closed.catch(error => error)) as WebSocketError;
  assert.equal([error.name, error.closeCode, error.reason], ['WebSocketError', 1006, '']);
  assert.is((error.cause as WebSocketError).closeCode, 1009);
  assert.is(await fate(readable.getReader().read()), error);
  assert.is(await fate(writable.getWriter().closed), error);
  assert.is(((await server.closed.catch(error => error)) as ClosedInfo).closeCode, 1009);
});

test('rejects closed with the code of a Close that leaves messages unsent, and the write with InvalidStateError', async () => {
  const [near, far] = duplexPair({ capacityBytes: 1000 });
  const accepting = acceptWebSocket(far);
  const stream = new WebSocketStream('ws://a/', {}, (url, options) =>
    dialWebSocket(() => near, url, options),
  );
  const writer = (await stream.opened).writable.getWriter();
  const write = writer.write(new Uint8Array(1_000_000));
  const server = await accepting;
  server.close({ closeCode: 4567, reason: 'now' });
  server.discardIncoming();
  const error = (await stream.closed.catch(error => error)) as WebSocketError;
  assert.equal([error.name, error.closeCode, error.reason], ['WebSocketError', 4567, 'now']);
  isDomException(await write.catch(error => error), 'InvalidStateError');
});

test('fails everything with the code of the peer’s Close if the transport breaks after it', async () => {
  // The first write stays pending, so that no Close can follow it.
  const { duplex, socket } = openByHand({}, new HandDuplex(false));
  const stream = new WebSocketStream('ws://a/', {}, async () => socket);
  const { readable, writable } = await stream.opened;
  const writer = writable.getWriter();
  const write = writer.write('x').catch(error => error);
  await settle();
  duplex.give(fromClient.close(4000, 'enough'));
  await settle();
  duplex.breakInput(new Error('reset'));
  const error = (await stream.closed.catch(error => error)) as WebSocketError;
  assert.equal([error.name, error.closeCode, error.reason], ['WebSocketError', 4000, 'enough']);
  assert.equal(await Promise.all([write, fate(readable.getReader().read())]), [error, error]);
});

test('writer.close(): settles with the socket', async () => {
  const [stream, accepted] = connect();
  const closing = (await stream.opened).writable.getWriter().close();
  await closing;
  assert.equal(await (await accepted).closed, { closeCode: 1005, reason: '' });
  const [other, peer] = connect();
  const { writable } = await other.opened;
  (await peer).terminate();
  const error = await writable
    .getWriter()
    .close()
    .catch(error => error);
  assert.is(error.name, 'WebSocketError');
});

test.run();
