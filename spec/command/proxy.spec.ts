import { createServer, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { runCommand } from '../../lib/command/run-command.ts';
import type { HandshakeError } from '../../lib/handshake/handshake-error.ts';
import { dial } from '../../lib/hosts/dial.ts';
import { type UpgradeOptions, upgrade } from '../../lib/hosts/upgrade.ts';
import type { OpenWebSocket } from '../../lib/sockets/open-websocket.ts';
import { FakeProcess, runWith } from '../support/fake-process.ts';
import { listen } from '../support/node-servers.ts';

const test = suite('proxy');

interface Proxied {
  readonly io: FakeProcess;
  /** The URL of the proxy. */
  readonly url: string;
  readonly requests: readonly IncomingMessage[];
  readonly code: Promise<number>;
  stop(): Promise<void>;
}

async function proxied(
  use: (socket: OpenWebSocket) => unknown,
  options: UpgradeOptions = {},
  args: readonly string[] = [],
  path = '/',
): Promise<Proxied> {
  const requests: IncomingMessage[] = [];
  const server = createServer();
  server.on('upgrade', (request, tcp, head) => {
    requests.push(request);
    upgrade(request, tcp, head, options).then(use, () => {});
  });
  const io = new FakeProcess();
  const code = runCommand(['proxy', '0', `ws://127.0.0.1:${await listen(server)}${path}`, ...args], io);
  const [, url] = await io.printed(/listening at (\S+?),/);
  const stop = async () => {
    io.signals.emit('SIGINT');
    assert.is(await code, 0);
    server.close();
  };
  return { io, url: url!, requests, code, stop };
}

const echo = (socket: OpenWebSocket) => socket.readable.pipeTo(socket.writable).catch(() => {});

const failureOf = (opening: Promise<unknown>): Promise<HandshakeError> =>
  opening.then(
    () => assert.unreachable('it opened') as never,
    error => error,
  );

test('shows the frames of both peers, and the end', async () => {
  const { io, url, stop } = await proxied(echo, {}, ['--frames']);
  const client = await dial(`${url}chat?x`);
  const reader = client.readable.getReader();
  await client.send('hello');
  assert.is((await reader.read()).value, 'hello');
  assert.type(await client.ping(new Uint8Array([7])), 'number');
  client.close({ closeCode: 4000, reason: 'bye' });
  assert.equal(await client.closed, { closeCode: 4000, reason: 'bye' });
  await io.printed(/#1 closed: 4000 bye\n/);
  const frames = io.err.split('\n').filter(line => / (?:client|server) /.test(line));
  assert.equal(
    frames.map(line => line.replace(/^ *[\d.]+ /, '').replace(/ +/g, ' ')),
    [
      '#1 client text fin 5 bytes "hello"',
      '#1 server text fin 5 bytes "hello"',
      '#1 client ping fin 1 bytes 07',
      '#1 server pong fin 1 bytes 07',
      '#1 client close fin 5 bytes 4000 "bye"',
      '#1 server close fin 5 bytes 4000 "bye"',
    ],
  );
  await stop();
});

test('passes the request on to the server, and the response to the client', async () => {
  const { url, requests, stop } = await proxied(
    echo,
    {
      protocols: ['chat'],
      origins: ['https://example.com'],
      headers: { 'Set-Cookie': 'a=b' },
      deflate: true,
    },
    ['-H', 'X-Own: 1', '-H', 'Cookie: theirs', '-u', 'me:x'],
  );
  const client = await dial(`${url}deep?x=1`, {
    protocols: ['other', 'chat'],
    origin: 'https://example.com',
    headers: { Cookie: 'mine', 'X-Trace': '7' },
  });
  assert.equal([client.protocol, client.extensions], ['chat', '']);
  assert.is(client.response.headers.get('Set-Cookie'), 'a=b');
  const [{ url: path, headers } = assert.unreachable() as never] = requests;
  assert.equal(
    [path, headers.cookie, headers['x-trace'], headers['x-own'], headers.authorization],
    ['/deep?x=1', 'theirs', '7', '1', `Basic ${btoa('me:x')}`],
  );
  client.close();
  const refused = await failureOf(dial(url, { origin: 'https://example.org' }));
  assert.is(refused.response?.status, 403);
  assert.match(new TextDecoder().decode(refused.response?.body), 'origin');
  await stop();
});

test('replaces the path of the client by that of the destination', async () => {
  const { url, requests, stop } = await proxied(echo, {}, [], '/fixed');
  const client = await dial(`${url}other`);
  assert.is(requests[0]!.url, '/fixed');
  client.close();
  await client.closed;
  await stop();
});

test('compresses in both directions with --compress', async () => {
  const { url, requests, stop } = await proxied(echo, { deflate: true }, ['--compress']);
  const client = await dial(url);
  assert.match(client.extensions, 'permessage-deflate');
  assert.match(requests[0]!.headers['sec-websocket-extensions']!, 'permessage-deflate');
  const large = 'large, '.repeat(100_000);
  client.send(large);
  assert.is((await client.readable.getReader().read()).value, large);
  client.close();
  await stop();
});

test('refuses with 502 if the server cannot be reached or responds invalidly', async () => {
  const io = new FakeProcess();
  const code = runCommand(['proxy', '0', 'ws://127.0.0.1:1/'], io);
  const [, url] = await io.printed(/listening at (\S+?),/);
  const refused = await failureOf(dial(url!));
  assert.is(refused.response?.status, 502);
  await io.printed(/#1 refused: .*ECONNREFUSED/);
  io.signals.emit('SIGINT');
  await code;
  const server = createServer();
  server.on('upgrade', (_request, tcp) =>
    tcp.end('HTTP/1.1 101 x\r\nUpgrade: other\r\nConnection: upgrade\r\n\r\n'),
  );
  const second = new FakeProcess();
  const running = runCommand(['proxy', '0', `ws://127.0.0.1:${await listen(server)}/`], second);
  const [, secondUrl] = await second.printed(/listening at (\S+?),/);
  const odd = await failureOf(dial(secondUrl!));
  assert.is(odd.response?.status, 502);
  second.signals.emit('SIGINT');
  await running;
  server.close();
});

test('disconnects from the server if the request is invalid or the client goes away', async () => {
  const ended: Promise<unknown>[] = [];
  const { io, url, stop } = await proxied(socket => {
    socket.discardIncoming();
    ended.push(socket.closed.catch((error: Error) => error));
  });
  const { port } = new URL(url);
  const wrong = connect(Number(port), '127.0.0.1');
  wrong.write('GET / HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n');
  await io.printed(/#1 refused/);
  wrong.destroy();
  const client = await dial(url);
  await io.printed(/#2 connected/);
  client.terminate();
  await io.printed(/#2 closed: 1006/);
  assert.is(ended.length, 2);
  for (const end of await Promise.all(ended)) assert.instance(end, Error);
  await stop();
});

test('tolerates a client that resets during the handshake with the server', async () => {
  const { io, url, requests, stop } = await proxied(echo, {
    authorize: () => new Promise(resolve => setTimeout(resolve, 100)),
  });
  const raw = (rest: string) => {
    const client = connect(Number(new URL(url).port), '127.0.0.1');
    client.write(`GET / HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: websocket\r\n${rest}\r\n`);
    return client;
  };
  const client = raw('');
  while (requests.length === 0) await new Promise(resolve => setTimeout(resolve, 5));
  client.resetAndDestroy();
  await io.printed(/#1 refused/);
  const twice = raw('Sec-WebSocket-Protocol: a, a\r\n');
  await new Promise(resolve => twice.once('data', resolve));
  assert.is(requests.length, 1);
  await io.printed(/#2 refused: .*a/);
  twice.destroy();
  await stop();
});

test('disconnects the client if the server goes away', async () => {
  const { io, url, stop } = await proxied(socket => setTimeout(() => socket.terminate(), 50));
  const client = await dial(url);
  assert.is((await client.closed.catch(error => error)).closeCode, 1006);
  await io.printed(/#1 closed: 1006/);
  await stop();
});

test('passes on a Close without a code', async () => {
  const { io, url, stop } = await proxied(echo);
  const client = await dial(url);
  client.close();
  assert.is((await client.closed).closeCode, 1005);
  await io.printed(/#1 closed: 1005/);
  await stop();
});

test('ends with the reader of its output', async () => {
  const { io, url, code, stop } = await proxied(echo, {}, ['-j', '--frames']);
  const client = await dial(url);
  await client.send('x');
  await io.printed(/"from":"client"/);
  io.stdout.destroy(new Error('EPIPE'));
  assert.is((await client.closed).closeCode, 1001);
  assert.is(await code, 0);
  await stop();
});

test('exits with 2 for a file that cannot be read', async () => {
  const { code, err } = await runWith(['proxy', '0', 'wss://localhost/', '--ca', '/nowhere']);
  assert.is(code, 2);
  assert.match(err, '--ca: ENOENT');
});

test.run();
