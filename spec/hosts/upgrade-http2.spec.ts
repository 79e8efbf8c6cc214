import { once } from 'node:events';
import type { ClientHttp2Stream, OutgoingHttpHeaders, ServerHttp2Stream } from 'node:http2';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { HandshakeError } from '../../lib/handshake/handshake-error.ts';
import { dialHttp2 } from '../../lib/hosts/dial-http2.ts';
import { upgradeHttp2 } from '../../lib/hosts/upgrade-http2.ts';
import type { AdmissionOptions } from '../../lib/sockets/admission.ts';
import type { OpenWebSocket } from '../../lib/sockets/open-websocket.ts';
import { fromHex, hex } from '../support/hex.ts';
import { connectByHand, type Http2Pair, http2Pair, requestByHand } from '../support/http2.ts';
import { fromMaskingClient, fromServer } from '../support/named-frames.ts';

const test = suite('upgradeHttp2');

interface Served extends Http2Pair {
  readonly streams: ServerHttp2Stream[];
  readonly openings: Promise<OpenWebSocket>[];
}

/** Returns a server that upgrades each stream. */
async function serve(options: AdmissionOptions = {}, secure = false): Promise<Served> {
  const streams: ServerHttp2Stream[] = [];
  const openings: Promise<OpenWebSocket>[] = [];
  const pair = await http2Pair(
    (stream, headers) => {
      streams.push(stream);
      const opening = upgradeHttp2(stream, headers, options);
      opening.catch(() => {});
      openings.push(opening);
    },
    { secure },
  );
  return { ...pair, streams, openings };
}

/** Returns a server that echoes. */
async function serveEcho(options: AdmissionOptions = {}, secure = false): Promise<Served> {
  const served = await serve(options, secure);
  served.server.on('stream', () => {
    served.openings.at(-1)!.then(({ readable, writable }) => readable.pipeTo(writable).catch(() => {}));
  });
  return served;
}

async function body(stream: ClientHttp2Stream): Promise<string> {
  let text = '';
  stream.setEncoding('utf8').on('data', chunk => (text += chunk));
  await once(stream, 'end');
  return text;
}

async function closed(stream: ServerHttp2Stream | ClientHttp2Stream): Promise<number | undefined> {
  if (!stream.destroyed) await once(stream, 'close');
  return stream.rstCode;
}

for (const secure of [false, true]) {
  for (const deflate of [false, true]) {
    const how = `${secure ? 'TLS' : 'plain TCP'}${deflate ? ' with permessage-deflate' : ''}`;
    test(`carries text, bytes and a megabyte over ${how}`, async () => {
      const served = await serveEcho({ deflate }, secure);
      const socket = await dialHttp2(served.session, `${served.origin}/`, { deflate });
      assert.is(socket.extensions, deflate ? 'permessage-deflate' : '');
      const writer = socket.writable.getWriter();
      const reader = socket.readable.getReader();
      const large = new Uint8Array(1 << 20).map((_, i) => (i * i) >> 3);
      for (const message of ['Grüße 🌍', '', new Uint8Array([0, 255]), large, 'x'.repeat(70_000)]) {
        writer.write(message);
        const { value } = await reader.read();
        if (typeof message === 'string') assert.is(value, message);
        else assert.is(Buffer.compare(value as Uint8Array, message), 0);
      }
      socket.close({ closeCode: 1000 });
      assert.equal(await socket.closed, { closeCode: 1000, reason: '' });
      assert.equal(await (await served.openings[0]!).closed, { closeCode: 1000, reason: '' });
      assert.is(await closed(served.streams[0]!), 0);
      await served.close();
    });
  }
}

test('carries many WebSockets on one session, which outlives each', async () => {
  const served = await serveEcho();
  const sockets = await Promise.all(
    Array.from({ length: 50 }, (_, i) => dialHttp2(served.session, `${served.origin}/${i}`)),
  );
  for (const [i, { writable }] of sockets.entries()) writable.getWriter().write(`number ${i}`);
  for (const [i, { readable }] of sockets.entries()) {
    assert.is((await readable.getReader().read()).value, `number ${i}`);
  }
  sockets[0]!.terminate();
  for (const socket of sockets.slice(1)) socket.close({ closeCode: 4000 });
  for (const socket of sockets.slice(1)) assert.is((await socket.closed).closeCode, 4000);
  const another = await dialHttp2(served.session, `${served.origin}/`);
  another.close();
  assert.is((await another.closed).closeCode, 1005);
  await served.close();
});

test('closes from either side, with code and reason', async () => {
  const served = await serve();
  const client = await dialHttp2(served.session, `${served.origin}/`);
  const socket = await served.openings[0]!;
  socket.close({ closeCode: 4002, reason: 'bis später' });
  assert.equal(await client.closed, { closeCode: 4002, reason: 'bis später' });
  assert.is((await socket.closed).closeCode, 4002);
  const second = await dialHttp2(served.session, `${served.origin}/`);
  second.close({ closeCode: 4001, reason: 'bis später' });
  assert.equal(await (await served.openings[1]!).closed, { closeCode: 4001, reason: 'bis später' });
  assert.is((await second.closed).closeCode, 4001);
  for (const stream of served.streams) assert.is(await closed(stream), 0);
  await served.close();
});

test('chooses subprotocol and headers, and gives the request', async () => {
  const served = await serve({
    protocols: ['b'],
    headers: [
      ['Set-Cookie', 'a=1'],
      ['Set-Cookie', 'b=2'],
    ],
  });
  const client = await dialHttp2(served.session, `${served.origin}/chat?a=b`, { protocols: ['a', 'b'] });
  const { request, response, protocol } = await served.openings[0]!;
  assert.equal([client.protocol, protocol, response.status], ['b', 'b', 200]);
  assert.equal([request.method, request.target], ['CONNECT', '/chat?a=b']);
  assert.equal([...request.headers][0], ['host', served.origin.slice(5)]);
  const cookies = client.response.headers.getAll('set-cookie');
  assert.equal(cookies, ['a=1', 'b=2']);
  client.terminate();
  await served.close();
});

test('needs neither Key nor Accept, and responds with 200 without Connection and Upgrade (RFC 8441 §5)', async () => {
  const served = await serve();
  const { stream, response } = await connectByHand(served.session);
  const { date, ...headers } = response;
  assert.equal({ ...headers }, { ':status': 200 });
  stream.write(fromHex(fromMaskingClient.text('Hello')));
  const socket = await served.openings[0]!;
  assert.is((await socket.readable.getReader().read()).value, 'Hello');
  socket.writable.getWriter().write('Hello');
  const [frame] = await once(stream, 'data');
  assert.is(hex(frame), fromServer.text('Hello'));
  stream.close(8);
  await served.close();
});

test('fails with 1002 on an unmasked frame (RFC 8441 §5, RFC 6455 §5.1)', async () => {
  const served = await serve();
  const { stream } = await connectByHand(served.session);
  stream.write(fromHex(fromServer.text()));
  const [frame] = await once(stream, 'data');
  assert.is(hex(frame), fromServer.close(1002, 'unmasked frame from a client'));
  stream.end();
  assert.is((await (await served.openings[0]!).closed.catch(error => error)).closeCode, 1002);
  await served.close();
});

test('fails with 1006 on END_STREAM without a Close (RFC 8441 §5)', async () => {
  const served = await serve();
  const { stream } = await connectByHand(served.session);
  stream.end(fromHex(fromMaskingClient.text('Hello')));
  stream.resume();
  const socket = await served.openings[0]!;
  assert.is((await socket.readable.getReader().read()).value, 'Hello');
  assert.is((await socket.closed.catch(error => error)).closeCode, 1006);
  await closed(served.streams[0]!);
  await served.close();
});

test('fails with 1006 on RST_STREAM (RFC 8441 §5)', async () => {
  const served = await serve();
  for (const code of [8, 2, 0]) {
    const { stream } = await connectByHand(served.session);
    stream.close(code);
    const socket = await served.openings.at(-1)!;
    assert.is((await socket.closed.catch(error => error)).closeCode, 1006);
    await closed(served.streams.at(-1)!);
  }
  await served.close();
});

test('releases the stream with RST_STREAM and CANCEL (RFC 8441 §5)', async () => {
  const served = await serve();
  const { stream } = await connectByHand(served.session);
  (await served.openings[0]!).terminate();
  assert.is(await closed(stream), 8);
  await served.close();
});

const refusals: readonly (readonly [
  fault: string,
  without: string,
  change: OutgoingHttpHeaders,
  status: number,
])[] = [
  [':protocol is missing (RFC 8441 §4)', ':protocol', {}, 400],
  [':scheme is missing (RFC 8441 §4)', ':scheme', {}, 400],
  [':path is missing (RFC 8441 §4)', ':path', {}, 400],
  [':authority is missing (RFC 8441 §4)', ':authority', {}, 400],
  [':protocol is unknown (RFC 9220 §3)', '', { ':protocol': 'webtransport' }, 501],
  ['the version is another one (RFC 8441 §5)', '', { 'sec-websocket-version': '8' }, 400],
  ['the page is from elsewhere', '', { origin: 'https://evil.example' }, 403],
];

for (const [fault, without, change, status] of refusals) {
  test(`responds with ${status} and ends the stream if ${fault}`, async () => {
    let opening: Promise<unknown> | undefined;
    let server!: ServerHttp2Stream;
    const pair = await http2Pair((stream, { [without]: _, ...headers }) => {
      server = stream;
      opening = upgradeHttp2(stream, headers).catch(error => error);
    });
    const { stream, response } = await connectByHand(pair.session, change);
    assert.is(response[':status'], status);
    assert.ok((await body(stream)).length > 0);
    assert.is(((await opening) as Error).name, 'HandshakeError');
    // The client has not ended its side, and the server tells it to stop.
    assert.equal([await closed(server), await closed(stream)], [0, 0]);
    await pair.close();
  });
}

test('refuses with the refusal that authorize returns, at once or later', async () => {
  const served = await serve({
    authorize: async ({ target }) =>
      target === '/no' ? { status: 401, headers: { 'X-A': 'b' } } : undefined,
  });
  const { stream, response } = await connectByHand(served.session, { ':path': '/no' });
  assert.equal([response[':status'], response['x-a'], response['content-length']], [401, 'b', '0']);
  assert.is(await body(stream), '');
  (await dialHttp2(served.session, `${served.origin}/yes`)).terminate();
  await served.close();
});

test('refuses with 500 on our own faults, such as a refusal with 2xx (RFC 8441 §5)', async () => {
  for (const [authorize, name] of [
    [() => Promise.reject(new Error('no database')), 'Error'],
    [() => ({ status: 200 }), 'RangeError'],
  ] as const) {
    const served = await serve({ authorize });
    const { response } = await connectByHand(served.session);
    assert.is(response[':status'], 500);
    assert.is((await served.openings[0]!.catch(error => error)).name, name);
    await served.close();
  }
});

test('resets the stream if Node does not send the refusal', async () => {
  const headers = [
    ['Retry-After', '1'],
    ['Retry-After', '2'],
  ] as const;
  const served = await serve({ authorize: () => ({ status: 503, headers }) });
  const stream = await requestByHand(served.session);
  assert.is(await closed(stream), 8);
  assert.match((await served.openings[0]!.catch(error => error)).message, /retry-after/);
  await served.close();
});

test('rejects invalid options by name, and resets the stream', async () => {
  const served = await serve({ closeTimeoutMs: -1 });
  const stream = await requestByHand(served.session);
  assert.is(await closed(stream), 8);
  assert.match((await served.openings[0]!.catch(error => error)).message, /^closeTimeoutMs/);
  await served.close();
});

test('stops on its signal, at the timeout, and when the client has gone', async () => {
  const reason = new Error('enough');
  const controller = new AbortController();
  for (const [options, end, message] of [
    [{ handshakeTimeoutMs: 50 }, () => {}, 'origins, authorize or protocols took too long'],
    [{ signal: controller.signal }, () => controller.abort(reason), 'enough'],
  ] as const) {
    const served = await serve({ ...options, authorize: () => new Promise(() => {}) });
    const stream = await requestByHand(served.session);
    await once(served.server, 'stream');
    end();
    assert.is((await served.openings[0]!.catch(error => error)).message, message);
    await closed(stream);
    await served.close();
  }
});

test('A11: opens no socket for a client that has gone before the response', async () => {
  let admit!: () => void;
  const served = await serve({ authorize: () => new Promise(resolve => (admit = () => resolve(undefined))) });
  const stream = await requestByHand(served.session);
  await once(served.server, 'stream');
  stream.close(8);
  await closed(served.streams[0]!);
  const error = (await served.openings[0]!.catch(error => error)) as HandshakeError;
  assert.equal([error.name, error.code], ['HandshakeError', 'ERR_TRANSPORT']);
  admit();
  await served.close();
});

test('works from the event ‘connect’ if there is a listener for requests', async () => {
  const pair = await http2Pair(() => {});
  let opening!: Promise<OpenWebSocket>;
  pair.server.on('request', (_, response) =>
    response.stream.respond({ ':status': 200 }, { endStream: true }),
  );
  pair.server.on('connect', (request, _) => {
    opening = upgradeHttp2(request.stream, request.headers);
  });
  const client = await dialHttp2(pair.session, `${pair.origin}/`);
  client.close({ closeCode: 1000 });
  assert.is((await (await opening).closed).closeCode, 1000);
  await pair.close();
});

test('A10: rejects a second upgrade of a stream, and keeps the first', async () => {
  const pair = await http2Pair(() => {});
  const openings: Promise<OpenWebSocket>[] = [];
  pair.server.removeAllListeners('stream');
  pair.server.on('stream', (stream, headers) => {
    openings.push(upgradeHttp2(stream, headers), upgradeHttp2(stream, headers));
    openings[1]!.catch(() => {});
  });
  const client = await dialHttp2(pair.session, `${pair.origin}/`);
  assert.match((await openings[1]!.catch(error => error)).message, /^stream was given to upgradeHttp2/);
  client.close({ closeCode: 1000 });
  assert.is((await (await openings[0]!).closed).closeCode, 1000);
  await pair.close();
});

test.run();
