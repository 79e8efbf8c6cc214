import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { connect, type Socket } from 'node:net';
import { PassThrough } from 'node:stream';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { HandshakeError } from '../../lib/handshake/handshake-error.ts';
import { dial } from '../../lib/hosts/dial.ts';
import { type UpgradeOptions, upgrade } from '../../lib/hosts/upgrade.ts';
import type { OpenWebSocket } from '../../lib/sockets/open-websocket.ts';
import { fromClient, fromMaskingClient, fromServer } from '../support/named-frames.ts';
import { listen } from '../support/node-servers.ts';

const test = suite('upgrade');

type Upgraded = Promise<OpenWebSocket>;

/** Returns a server that upgrades, its port, and the result of the first upgrade. */
async function serve(options?: UpgradeOptions): Promise<[Server, number, { first: Upgraded; tcp: Socket }]> {
  const server = createServer();
  const seen = {} as { first: Upgraded; tcp: Socket };
  server.on('upgrade', (request, tcp, head) => {
    seen.tcp = tcp as Socket;
    seen.first = upgrade(request, tcp, head, options);
    seen.first.catch(() => {});
  });
  return [server, await listen(server), seen];
}

const key = 'dGhlIHNhbXBsZSBub25jZQ==';
const request = [
  'GET /chat HTTP/1.1',
  'Host: example.com',
  'Upgrade: websocket',
  'Connection: Upgrade',
  `Sec-WebSocket-Key: ${key}`,
  'Sec-WebSocket-Version: 13',
  '',
  '',
].join('\r\n');

/** Sends bytes, and returns all received bytes. */
async function exchange(port: number, bytes: string): Promise<string> {
  const client = connect(port, '127.0.0.1', () => client.write(bytes, 'latin1'));
  let heard = '';
  client.setEncoding('latin1').on('data', chunk => (heard += chunk));
  await new Promise(resolve => client.on('error', () => {}).on('close', resolve));
  return heard;
}

test('opens a WebSocket from the event, with the request in it', async () => {
  const [server, port, seen] = await serve({ protocols: ['b'], headers: { 'X-By': 'us' } });
  const client = await dial(`ws://127.0.0.1:${port}/chat?room=1`, { protocols: ['a', 'b'] });
  const socket = await seen.first;
  assert.equal([socket.request.method, socket.request.target, socket.protocol], ['GET', '/chat?room=1', 'b']);
  assert.ok(client.response.headers.get('x-by') === 'us');
  assert.ok([...socket.request.headers].some(([name]) => name === 'Sec-WebSocket-Key'));
  client.writable.getWriter().write('hi');
  assert.is((await socket.readable.getReader().read()).value, 'hi');
  socket.close({ closeCode: 4000 });
  assert.equal(await client.closed, { closeCode: 4000, reason: '' });
  server.close();
  await once(server, 'close');
});

test('does not lose frames that come with the request (RFC 6455 §4.1)', async () => {
  const [server, port, seen] = await serve();
  const latin1 = (frames: string) => Buffer.from(frames, 'hex').toString('latin1');
  const frames = latin1(fromMaskingClient.text('Hello') + fromClient.close(1000));
  const heard = await exchange(port, request + frames);
  const [head, rest] = heard.split('\r\n\r\n');
  assert.ok(head!.includes('Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo='));
  assert.is(rest, latin1(fromServer.close(1000)));
  const socket = await seen.first;
  assert.is((await socket.readable.getReader().read()).value, 'Hello');
  assert.equal(await socket.closed, { closeCode: 1000, reason: '' });
  server.close();
});

test('switches off the timeouts of the server', async () => {
  const [server, port, seen] = await serve();
  server.timeout = 50;
  const client = await dial(`ws://127.0.0.1:${port}/`);
  await seen.first;
  assert.is(seen.tcp.timeout, 0);
  client.close();
  await client.closed;
  server.close();
});

test('fails with 1006 if the client ends without a Close', async () => {
  const [server, port, seen] = await serve();
  const client = connect(port, '127.0.0.1');
  client.write(request);
  await once(client, 'data');
  client.end();
  const error = await (await seen.first).closed.catch(error => error);
  assert.is(error.closeCode, 1006);
  await new Promise(resolve => (seen.tcp.closed ? resolve(0) : seen.tcp.once('close', resolve)));
  server.close();
});

/** Bun 1.4 reports the end of a socket that was reset, without an error. */
const tellsOfResets = !('Bun' in globalThis);

test('fails with 1006 and the cause if the client resets', async () => {
  const [server, port, seen] = await serve();
  const client = connect(port, '127.0.0.1');
  client.write(request);
  await once(client, 'data');
  client.resetAndDestroy();
  const error = await (await seen.first).closed.catch(error => error);
  assert.is(error.closeCode, 1006);
  assert.is(error.cause?.code, tellsOfResets ? 'ECONNRESET' : undefined);
  server.close();
});

test('refuses an invalid request, and closes the connection', async () => {
  const [server, port, seen] = await serve();
  const heard = await exchange(port, request.replace('Version: 13', 'Version: 12'));
  assert.ok(heard.startsWith('HTTP/1.1 426 '));
  assert.ok(heard.includes('Sec-WebSocket-Version: 13\r\n'));
  assert.is((await seen.first.catch(error => error)).name, 'HandshakeError');
  server.close();
});

test('refuses a page of another origin with 403', async () => {
  const [server, port] = await serve();
  const error = await dial(`ws://127.0.0.1:${port}/`, { origin: 'https://evil.example' }).catch(e => e);
  assert.is(error.response.status, 403);
  server.close();
});

test('rejects invalid options by name, and destroys the connection', async () => {
  const [server, port, seen] = await serve({ closeTimeoutMs: -1 });
  assert.is(await exchange(port, request), '');
  const error = await seen.first.catch(error => error);
  assert.instance(error, RangeError);
  assert.match(error.message, /^closeTimeoutMs/);
  server.close();
});

test('accepts any duplex, and does not change its bytes', async () => {
  const written = new PassThrough();
  const rawHeaders = request
    .split('\r\n')
    .slice(1, 6)
    .flatMap(line => line.split(': '));
  const incoming = { method: 'GET', url: '/', httpVersion: '1.1', rawHeaders } as IncomingMessage;
  const head = Buffer.from(fromMaskingClient.text('Hello'), 'hex');
  const socket = await upgrade(incoming, written, head);
  assert.is((await socket.readable.getReader().read()).value, 'Hello');
  assert.is(head.toString('hex'), fromMaskingClient.text('Hello'));
  socket.terminate();
  assert.ok(written.destroyed);
});

test('A10: rejects a second upgrade of a socket, and keeps the first', async () => {
  const server = createServer();
  const upgrades: Upgraded[] = [];
  for (let i = 0; i < 2; i++) {
    server.on('upgrade', (request, tcp, head) => {
      const opening = upgrade(request, tcp, head);
      opening.catch(() => {});
      upgrades.push(opening);
    });
  }
  const port = await listen(server);
  const client = await dial(`ws://127.0.0.1:${port}/`);
  const second = await upgrades[1]!.catch(error => error);
  assert.match(second.message, /^socket was given to upgrade\(\) before/);
  assert.is((second as { code?: unknown }).code, 'ERR_ALREADY_UPGRADED');
  const socket = await upgrades[0]!;
  await client.writable.getWriter().write('hi');
  assert.is((await socket.readable.getReader().read()).value, 'hi');
  client.close();
  await client.closed;
  server.close();
});

test('A11: opens no socket for a client that resets while authorize is pending', async () => {
  let asked!: () => void;
  const whenAsked = new Promise<void>(resolve => (asked = resolve));
  const authorize = () => {
    asked();
    return new Promise<undefined>(() => {});
  };
  const [server, port, seen] = await serve({ authorize, handshakeTimeoutMs: 60_000 });
  const client = connect(port, '127.0.0.1', () => client.write(request));
  await whenAsked;
  client.resetAndDestroy();
  const error = (await seen.first.catch(error => error)) as HandshakeError;
  assert.equal([error.name, error.code], ['HandshakeError', 'ERR_TRANSPORT']);
  server.close();
});

test('A11: opens no socket, and calls no function, for a client that has reset before', async () => {
  let asked = false;
  const server = createServer();
  const opening = new Promise<Upgraded>(resolve => {
    server.on('upgrade', (request, tcp, head) => {
      tcp.destroy();
      resolve(upgrade(request, tcp, head, { authorize: () => void (asked = true) as undefined }));
    });
  });
  const port = await listen(server);
  const client = connect(port, '127.0.0.1', () => client.write(request)).on('error', () => {});
  const error = (await opening.catch(error => error)) as HandshakeError;
  assert.equal([error.code, asked], ['ERR_TRANSPORT', false]);
  client.destroy();
  server.close();
});

test('A21: refuses other versions of HTTP than 1 with 505', async () => {
  const [server, port] = await serve();
  const heard = await exchange(port, request.replace('HTTP/1.1', 'HTTP/2.0'));
  assert.match(heard, /^HTTP\/1\.1 (505|400) /);
  server.close();
});

test('B8: sends 100 Continue before the 101 if the client expects it (RFC 9110 §7.8)', async () => {
  const [server, port, seen] = await serve();
  const client = connect(port, '127.0.0.1', () =>
    client.write(request.replace('\r\n\r\n', '\r\nExpect: 100-continue\r\n\r\n')),
  );
  const [chunk] = await once(client, 'data');
  assert.match(`${chunk}`, /^HTTP\/1\.1 100 Continue\r\n\r\n(HTTP\/1\.1 101 |$)/);
  client.destroy();
  await (await seen.first).closed.catch(() => {});
  server.close();
});

test.run();
