import { once } from 'node:events';
import { type ClientHttp2Session, connect, type ServerHttp2Stream } from 'node:http2';
import { createServer as createTcpServer } from 'node:net';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { HandshakeError } from '../../lib/handshake/handshake-error.ts';
import { dialHttp2 } from '../../lib/hosts/dial-http2.ts';
import type { OpenWebSocket } from '../../lib/sockets/open-websocket.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { fromHex, hex } from '../support/hex.ts';
import {
  connectProtocol,
  type Http2Pair,
  http2Frame,
  http2Pair,
  RawHttp2Server,
  statusAlone,
} from '../support/http2.ts';
import { fromClient, fromServer } from '../support/named-frames.ts';
import { listen } from '../support/node-servers.ts';

const test = suite('dialHttp2');

const HEADERS = 1;
const RST_STREAM = 3;
const SETTINGS = 4;
const PING = 6;
const GOAWAY = 7;

async function failure(opening: Promise<OpenWebSocket>): Promise<HandshakeError> {
  return opening.then(
    () => assert.unreachable('it opened'),
    error => error,
  );
}

/** Returns a server that accepts with this status, its stream, and the socket of the client. */
async function opened(
  status = 200,
): Promise<{ pair: Http2Pair; stream: ServerHttp2Stream; socket: OpenWebSocket }> {
  let stream!: ServerHttp2Stream;
  const pair = await http2Pair(it => {
    stream = it.on('error', () => {});
    stream.respond({ ':status': status });
  });
  const socket = await dialHttp2(pair.session, `${pair.origin}/`);
  return { pair, stream, socket };
}

for (const secure of [false, true]) {
  const [scheme, name] = secure ? ['https', 'wss'] : ['http', 'ws'];
  test(`sends :scheme ${scheme} for ${name}:, in lower case, without Host, Upgrade and Key (RFC 8441 §4, §5)`, async () => {
    let asked: unknown;
    const pair = await http2Pair(
      (stream, { ...headers }) => {
        asked = headers;
        stream.respond({ ':status': 200, 'sec-websocket-protocol': 'a' });
      },
      { secure },
    );
    const options = { protocols: ['a', 'b'], origin: 'https://o', deflate: true, headers: { 'X-Up': 'Per' } };
    const socket = await dialHttp2(pair.session, `${pair.origin}/chat?a=b`, options);
    assert.equal(asked, {
      ':method': 'CONNECT',
      ':protocol': 'websocket',
      ':scheme': scheme,
      ':path': '/chat?a=b',
      ':authority': pair.origin.slice(name!.length + 3),
      'sec-websocket-version': '13',
      'sec-websocket-protocol': 'a, b',
      'sec-websocket-extensions': 'permessage-deflate; client_max_window_bits',
      origin: 'https://o',
      'x-up': 'Per',
    });
    assert.equal([socket.request.method, socket.request.target], ['CONNECT', '/chat?a=b']);
    socket.terminate();
    await pair.close();
  });
}

test('opens on any 2xx (RFC 8441 §5)', async () => {
  for (const status of [200, 201, 299]) {
    const { pair, socket } = await opened(status);
    assert.equal([socket.response.status, socket.protocol, socket.extensions], [status, '', '']);
    socket.terminate();
    await pair.close();
  }
});

test('does not open on 101 (RFC 8441 §5)', async () => {
  const server = new RawHttp2Server();
  const session = await server.session;
  const opening = failure(dialHttp2(session, 'ws://h/'));
  await server.frame(4);
  server.send(connectProtocol(1));
  await server.frame(HEADERS);
  server.send(statusAlone(101));
  assert.is((await opening).name, 'HandshakeError');
  await server.close();
});

test('opens on the response of a server that writes raw bytes', async () => {
  const server = new RawHttp2Server();
  const session = await server.session;
  const opening = dialHttp2(session, 'ws://h/');
  await server.frame(4);
  server.send(connectProtocol(1));
  await server.frame(HEADERS);
  server.send(statusAlone(200));
  const socket = await opening;
  socket.terminate();
  // CANCEL (RFC 8441 §5).
  assert.is(await server.frame(RST_STREAM), '00000008');
  await server.close();
});

test('sends no request before the server’s SETTINGS allow it (RFC 8441 §3)', async () => {
  const server = new RawHttp2Server();
  const session = await server.session;
  const opening = dialHttp2(session, 'ws://h/');
  await server.frame(4);
  await new Promise(resolve => setTimeout(resolve, 50));
  assert.not(server.frames.some(({ type }) => type === HEADERS));
  server.send(connectProtocol(1));
  await server.frame(HEADERS);
  server.send(statusAlone(200));
  (await opening).terminate();
  await server.close();
});

test('waits for the SETTINGS on a session that is connected and has none yet (RFC 8441 §3)', async () => {
  const server = new RawHttp2Server();
  const session = await server.session;
  await server.frame(4);
  if (session.connecting) await once(session, 'connect');
  const opening = dialHttp2(session, 'ws://h/');
  await server.frame(6);
  assert.not(server.frames.some(({ type }) => type === HEADERS));
  server.send(connectProtocol(1));
  await server.frame(HEADERS);
  server.send(statusAlone(200));
  (await opening).terminate();
  await server.close();
});

test('rejects, and sends no request, if the server does not allow it (RFC 8441 §3)', async () => {
  let streams = 0;
  const pair = await http2Pair(() => (streams += 1), { settings: {} });
  for (let i = 0; i < 2; i++) {
    const error = await failure(dialHttp2(pair.session, `${pair.origin}/`));
    assert.equal([error.name, error.code], ['HandshakeError', 'ERR_HTTP2_UNSUPPORTED']);
    assert.match(error.message, /does not take WebSockets over HTTP\/2/);
  }
  assert.is(streams, 0);
  await pair.close();
});

test('fails with PROTOCOL_ERROR on a setting other than 0 and 1 (RFC 8441 §3)', async () => {
  const server = new RawHttp2Server();
  const session = await server.session;
  const opening = failure(dialHttp2(session, 'ws://h/'));
  await server.frame(4);
  server.send(connectProtocol(2));
  const error = await opening;
  assert.is(error.name, 'HandshakeError');
  assert.match((error.cause as Error).message, /protocol error/i);
  await server.frame(GOAWAY);
  await server.close();
});

test('fails with PROTOCOL_ERROR on a setting that goes back to 0 (RFC 8441 §3)', async () => {
  const server = new RawHttp2Server();
  const session = await server.session;
  const opening = dialHttp2(session, 'ws://h/');
  await server.frame(4);
  server.send(connectProtocol(1));
  await server.frame(HEADERS);
  server.send(statusAlone(200));
  const socket = await opening;
  server.send(connectProtocol(0));
  await server.frame(GOAWAY);
  assert.is((await socket.closed.catch(error => error)).closeCode, 1006);
  await server.close();
});

test('masks sent frames, and rejects masked ones (RFC 8441 §5, RFC 6455 §5.1)', async () => {
  const { pair, stream, socket } = await opened();
  socket.writable.getWriter().write('Hello');
  const [frame] = await once(stream, 'data');
  assert.equal([hex(frame.subarray(0, 2)), frame.length], ['8185', 11]);
  const key = frame.subarray(2, 6);
  const text = new Uint8Array(frame.subarray(6)).map((byte, i) => byte ^ key[i % 4]);
  assert.is(new TextDecoder().decode(text), 'Hello');
  stream.end(fromHex(fromClient.text()));
  assert.is((await socket.closed.catch(error => error)).closeCode, 1002);
  await pair.close();
});

test('fails with 1006 on END_STREAM without a Close (RFC 8441 §5)', async () => {
  const { pair, stream, socket } = await opened();
  stream.end(fromHex(fromServer.text('hi')));
  assert.is((await socket.readable.getReader().read()).value, 'hi');
  assert.is((await socket.closed.catch(error => error)).closeCode, 1006);
  await pair.close();
});

test('fails with 1006 on RST_STREAM (RFC 8441 §5)', async () => {
  for (const code of [8, 2, 0]) {
    const { pair, stream, socket } = await opened();
    stream.close(code);
    assert.is((await socket.closed.catch(error => error)).closeCode, 1006);
    await pair.close();
  }
});

test('fails with 1006 at the end of the session', async () => {
  const { pair, socket } = await opened();
  pair.session.destroy();
  assert.is((await socket.closed.catch(error => error)).closeCode, 1006);
  await pair.close();
});

test('ends its side with END_STREAM after the Close (RFC 8441 §5)', async () => {
  const { pair, stream, socket } = await opened();
  stream.end(fromHex(fromServer.close(1000)));
  let heard = '';
  stream.on('data', chunk => (heard += chunk.toString('hex')));
  await once(stream, 'end');
  assert.equal(await socket.closed, { closeCode: 1000, reason: '' });
  assert.equal([heard.slice(0, 4), heard.length], ['8882', 16]);
  if (!stream.closed) await once(stream, 'close');
  assert.is(stream.rstCode, 0);
  await pair.close();
});

test('rejects with the refusal and its body, and ends the stream', async () => {
  const pair = await http2Pair(stream => {
    stream.respond({ ':status': 403, 'x-why': 'because' });
    stream.end('no entry\n');
  });
  const error = await failure(dialHttp2(pair.session, `${pair.origin}/`));
  assert.is(error.response?.status, 403);
  assert.ok(error.response?.headers.get('x-why') === 'because');
  assert.is(new TextDecoder().decode(error.response?.body), 'no entry\n');
  await pair.close();
});

test('fails at once on anything that was not offered, and resets the stream (RFC 6455 §4.1)', async () => {
  for (const headers of [{ 'sec-websocket-protocol': 'b' }, { 'sec-websocket-extensions': 'x' }]) {
    const reset = new Promise<number>(resolve => {
      http2Pair(stream => {
        stream.on('close', () => resolve(stream.rstCode)).respond(headers);
      }).then(async pair => {
        const error = await failure(dialHttp2(pair.session, `${pair.origin}/`, { protocols: 'a' }));
        assert.is(error.response?.status, 200);
        await pair.close();
      });
    });
    assert.is(await reset, 8);
  }
});

test('does not open on a stream that is reset', async () => {
  const pair = await http2Pair(stream => stream.on('error', () => {}).close(7));
  const error = await failure(dialHttp2(pair.session, `${pair.origin}/`));
  assert.equal([error.name, error.response], ['HandshakeError', undefined]);
  assert.is((error.cause as NodeJS.ErrnoException).code, 'ERR_HTTP2_STREAM_ERROR');
  await pair.close();
});

test('fails with the cause if the session has ended or cannot be opened', async () => {
  const pair = await http2Pair(() => {});
  await once(pair.session, 'connect');
  await pair.close();
  assert.is((await failure(dialHttp2(pair.session, `${pair.origin}/`))).name, 'HandshakeError');
  const closed = createTcpServer();
  const port = await listen(closed);
  closed.close();
  await once(closed, 'close');
  const session = connect(`http://127.0.0.1:${port}`).on('error', () => {});
  const error = await failure(dialHttp2(session, `ws://127.0.0.1:${port}/`));
  assert.equal([error.name, (error.cause as NodeJS.ErrnoException).code], ['HandshakeError', 'ECONNREFUSED']);
  assert.match(error.message, /: connect ECONNREFUSED 127\.0\.0\.1:/);
});

test('fails the opening only, if the session is destroyed while it connects', async () => {
  const pair = await http2Pair(() => {});
  const session = connect(pair.origin.replace('ws', 'http'));
  const opening = failure(dialHttp2(session, `${pair.origin}/`));
  session.destroy();
  assert.is((await opening).name, 'HandshakeError');
  await new Promise(resolve => setTimeout(resolve, 20));
  await pair.close();
});

test('times out at each step, and resets the stream', async () => {
  const clock = new FakeClock();
  const options = { clock, handshakeTimeoutMs: 50 };
  const silent = new RawHttp2Server();
  const early = failure(dialHttp2(await silent.session, 'ws://h/', options));
  await silent.frame(SETTINGS);
  clock.moveTo(50);
  assert.is((await early).message, 'the opening handshake took too long');
  await silent.close();
  let take!: (stream: ServerHttp2Stream) => void;
  const asked = new Promise<ServerHttp2Stream>(resolve => (take = resolve));
  const pair = await http2Pair(take);
  const late = failure(dialHttp2(pair.session, `${pair.origin}/`, options));
  const stream = await asked;
  clock.moveTo(100);
  assert.is((await late).message, 'the opening handshake took too long');
  if (!stream.closed) await once(stream, 'close');
  assert.is(stream.rstCode, 8);
  await pair.close();
});

test('aborts with the reason of its signal', async () => {
  const pair = await http2Pair(() => {});
  const reason = new Error('enough');
  const before = dialHttp2(pair.session, `${pair.origin}/`, { signal: AbortSignal.abort(reason) });
  assert.is((await failure(before)) as Error, reason);
  const silent = new RawHttp2Server();
  const meanwhile = new AbortController();
  const waiting = failure(dialHttp2(await silent.session, 'ws://h/', { signal: meanwhile.signal }));
  await silent.frame(4);
  meanwhile.abort(reason);
  assert.is((await waiting) as Error, reason);
  await silent.close();
  for (const ms of [0, 50]) {
    const controller = new AbortController();
    const during = failure(dialHttp2(pair.session, `${pair.origin}/`, { signal: controller.signal }));
    setTimeout(() => controller.abort(reason), ms);
    assert.is((await during) as Error, reason);
  }
  await pair.close();
});

test('rejects invalid options before anything is sent', async () => {
  let streams = 0;
  const pair = await http2Pair(() => (streams += 1));
  for (const [url, options, name] of [
    ['ftp://h', {}, 'SyntaxError'],
    ['ws://h', { protocols: 'a b' }, 'SyntaxError'],
    ['ws://h', { closeTimeoutMs: -1 }, 'RangeError'],
    ['ws://h', { headers: { Upgrade: 'x' } }, 'TypeError'],
  ] as const) {
    assert.is((await failure(dialHttp2(pair.session, url, options))).name, name);
  }
  assert.is(streams, 0);
  await pair.close();
});

/** Returns a session with ten pending pings, as many as Node allows. */
async function pinging(server: RawHttp2Server): Promise<ClientHttp2Session> {
  const session = await server.session;
  if (session.connecting) await once(session, 'connect');
  for (let i = 0; i < 10; i++) assert.ok(session.ping(() => {}));
  return session;
}

test('A12: opens while ten pings are pending, as soon as the SETTINGS arrive', async () => {
  const server = new RawHttp2Server();
  const session = await pinging(server);
  const opening = dialHttp2(session, 'ws://h/');
  await new Promise(resolve => setTimeout(resolve, 50));
  server.send(connectProtocol(1));
  await server.frame(HEADERS);
  server.send(statusAlone(200));
  (await opening).terminate();
  await server.close();
});

test('A12: does not affect later openings by one whose check failed', async () => {
  const server = new RawHttp2Server();
  const session = await pinging(server);
  const first = await failure(dialHttp2(session, 'ws://h/', { handshakeTimeoutMs: 50 }));
  assert.is(first.code, 'ERR_HANDSHAKE_TIMEOUT');
  server.send(connectProtocol(1));
  const opening = dialHttp2(session, 'ws://h/');
  await server.frame(HEADERS);
  server.send(statusAlone(200));
  (await opening).terminate();
  await server.close();
});

test('A12: checks again once the pings have been answered', async () => {
  const server = new RawHttp2Server();
  const session = await pinging(server);
  const opening = dialHttp2(session, 'ws://h/');
  opening.catch(() => {});
  server.send(http2Frame(SETTINGS, 0, 0, ''));
  let answered = 0;
  const answering = setInterval(() => {
    const pings = server.frames.filter(({ type }) => type === PING);
    for (const { payload } of pings.slice(answered)) server.send(http2Frame(PING, 1, 0, payload));
    answered = pings.length;
  }, 5);
  assert.is((await failure(opening)).code, 'ERR_HTTP2_UNSUPPORTED');
  clearInterval(answering);
  await server.close();
});

test.run();
