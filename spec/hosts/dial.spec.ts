import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Duplex } from 'node:stream';
import { createServer as createTlsServer, type TLSSocket } from 'node:tls';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { HandshakeError } from '../../lib/handshake/handshake-error.ts';
import { type DialOptions, dial } from '../../lib/hosts/dial.ts';
import { nodeDuplex } from '../../lib/hosts/node-duplex.ts';
import { acceptWebSocket } from '../../lib/sockets/accept-websocket.ts';
import type { OpenWebSocket } from '../../lib/sockets/open-websocket.ts';
import { duplexPair } from '../../lib/testing/duplex-pair.ts';
import { cert, key } from '../support/localhost-certificate.ts';
import { listen, tcpPair } from '../support/node-servers.ts';

const test = suite('dial');

/** Greets each client, and echoes one message. */
async function greet(socket: Socket): Promise<void> {
  const { readable, writable } = await acceptWebSocket(nodeDuplex(socket));
  const writer = writable.getWriter();
  await writer.write('hello');
  const { value } = await readable.getReader().read();
  await writer.write(value ?? '');
  await writer.close();
}

async function converse(socket: OpenWebSocket): Promise<void> {
  const reader = socket.readable.getReader();
  assert.is((await reader.read()).value, 'hello');
  await socket.writable.getWriter().write(new Uint8Array(100_000).fill(7));
  assert.equal((await reader.read()).value, new Uint8Array(100_000).fill(7));
  assert.equal(await socket.closed, { closeCode: 1005, reason: '' });
}

async function failure(url: string, options?: DialOptions): Promise<HandshakeError> {
  return dial(url, options).then(
    () => assert.unreachable('it opened'),
    error => error,
  );
}

for (const scheme of ['ws', 'http']) {
  test(`dials ${scheme}: over TCP`, async () => {
    const server = createServer(greet);
    const port = await listen(server);
    await converse(await dial(`${scheme}://127.0.0.1:${port}/`));
    server.close();
  });
}

test('takes a URL object, and user and password from it', async () => {
  const server = createServer(greet);
  const url = new URL(`ws://me:secret@127.0.0.1:${await listen(server)}/a?b`);
  const socket = await dial(url);
  assert.is(socket.request.target, '/a?b');
  assert.equal(
    [...socket.request.headers].find(([name]) => name === 'Authorization'),
    ['Authorization', 'Basic bWU6c2VjcmV0'],
  );
  await converse(socket);
  server.close();
});

for (const scheme of ['wss', 'https']) {
  test(`dials ${scheme}: over TLS, with a server name and ALPN`, async () => {
    const server = createTlsServer({ key, cert, ALPNProtocols: ['h2', 'http/1.1'] }, greet);
    const port = await listen(server);
    const secured = once(server, 'secureConnection');
    const options = { tls: { ca: cert, lookup: localhost } };
    await converse(await dial(`${scheme}://localhost:${port}/`, options));
    const [{ servername, alpnProtocol }] = (await secured) as [TLSSocket];
    assert.equal([servername, alpnProtocol], ['localhost', 'http/1.1']);
    server.close();
  });
}

/** The address of localhost, which may have others. */
const localhost: NonNullable<NonNullable<DialOptions['tls']>['lookup']> = (_name, { all }, done) => {
  if (all) done(null, [{ address: '127.0.0.1', family: 4 }]);
  else done(null, '127.0.0.1', 4);
};

test('sends no server name for an address, and prefers the option tls', async () => {
  const server = createTlsServer({ key, cert, ALPNProtocols: ['mine'] }, greet);
  const port = await listen(server);
  const secured = once(server, 'secureConnection');
  const tls = { ca: cert, checkServerIdentity: () => undefined, ALPNProtocols: ['mine'] };
  await converse(await dial(`wss://127.0.0.1:${port}/`, { tls }));
  const [{ servername, alpnProtocol }] = (await secured) as [TLSSocket];
  assert.equal([servername, alpnProtocol], [false, 'mine']);
  server.close();
});

test('sends nothing to a server with an invalid certificate', async () => {
  let heard = '';
  const server = createTlsServer({ key, cert }, socket => {
    socket.on('data', chunk => (heard += chunk)).on('error', () => {});
  });
  const port = await listen(server);
  const error = await failure(`wss://secret@127.0.0.1:${port}/`);
  assert.is(error.name, 'HandshakeError');
  assert.is((error.cause as NodeJS.ErrnoException).code, 'DEPTH_ZERO_SELF_SIGNED_CERT');
  await new Promise(resolve => setTimeout(resolve, 50));
  assert.is(heard, '');
  server.close();
});

for (const scheme of ['ws', 'wss']) {
  test(`dials a Unix socket for ${scheme}:`, async () => {
    const folder = mkdtempSync(join(tmpdir(), 'wsluice-'));
    const socketPath = join(folder, 'socket');
    const server = scheme === 'ws' ? createServer(greet) : createTlsServer({ key, cert }, greet);
    server.listen(socketPath);
    await once(server, 'listening');
    const socket = await dial(`${scheme}://localhost/`, { socketPath, tls: { ca: cert } });
    assert.equal([...socket.request.headers][0], ['Host', 'localhost']);
    await converse(socket);
    server.close();
    rmSync(folder, { recursive: true });
  });
}

test('accepts a Node stream of the caller', async () => {
  const [client, server] = await tcpPair();
  greet(server);
  const asked: unknown[] = [];
  const connect: DialOptions['connect'] = async ({ hostname, port, secure }) => {
    asked.push(hostname, port, secure);
    return client;
  };
  await converse(await dial('wss://example.com/', { connect }));
  assert.equal(asked, ['example.com', 443, true]);
});

test('fails only the opening if a stream of the caller fails at once', async () => {
  const connect = () => new Duplex({ read() {} }).destroy(new Error('no address'));
  // Without a promise, because Node emits the error before promises settle.
  const error = await new Promise<HandshakeError>(resolve => {
    setTimeout(() => resolve(failure('ws://example.com/', { connect })));
  });
  assert.is((error.cause as Error).message, 'no address');
});

test('accepts a pair of Web Streams of the caller', async () => {
  const [client, server] = duplexPair();
  const accepted = acceptWebSocket(server);
  const socket = await dial('ws://example.com/', { connect: () => client });
  (await accepted).close({ closeCode: 4000, reason: 'enough' });
  assert.equal(await socket.closed, { closeCode: 4000, reason: 'enough' });
});

test('rejects with a HandshakeError with the cause if it cannot connect', async () => {
  const server = createServer();
  const port = await listen(server);
  server.close();
  const error = await failure(`ws://127.0.0.1:${port}/`);
  assert.is(error.name, 'HandshakeError');
  assert.is((error.cause as NodeJS.ErrnoException).code, 'ECONNREFUSED');
  assert.match(error.message, /: connect ECONNREFUSED 127\.0\.0\.1:/);
});

test('says that the transport could not be opened for each error of Node before it was, and no other', async () => {
  const callFailed = (message: string, syscall: string) => Object.assign(new Error(message), { syscall });
  const refused = callFailed('connect ECONNREFUSED ::1:80', 'connect');
  const notOpened: readonly Error[] = [
    callFailed('getaddrinfo ENOTFOUND nowhere', 'getaddrinfo'),
    new AggregateError([refused, callFailed('connect ECONNREFUSED 127.0.0.1:80', 'connect')], ''),
  ];
  const broken = [callFailed('read ECONNRESET', 'read'), new AggregateError([], 'none')];
  for (const cause of [...notOpened, ...broken]) {
    const connect = () => new Duplex({ read() {} }).destroy(cause);
    const error = await failure('ws://example.com/', { connect });
    assert.is(error.cause, cause);
    assert.is(error.message.startsWith('the transport could not be opened: '), notOpened.includes(cause));
    assert.is(error.message.includes('use wss:'), !notOpened.includes(cause));
  }
});

test('rejects invalid options before it dials', async () => {
  const connect = (): never => {
    throw new Error('dialled');
  };
  assert.is((await failure('ws://a/#b', { connect })).name, 'SyntaxError');
  assert.is((await failure('ws://a/', { connect, protocols: ['a', 'a'] })).name, 'SyntaxError');
  assert.is((await failure('ws://a/', { connect, headers: { Upgrade: 'x' } })).name, 'TypeError');
  assert.is((await failure('ws://a/', { connect, handshakeTimeoutMs: 0 })).name, 'RangeError');
  assert.is((await failure('ws://a/', { connect, closeTimeoutMs: 0 })).name, 'RangeError');
});

test('ends the socket at the timeout or on an abort', async () => {
  const server = createServer({ allowHalfOpen: true });
  const port = await listen(server);
  for (const kind of ['timeout', 'signal']) {
    const connected = once(server, 'connection');
    const controller = new AbortController();
    const failed = failure(`ws://127.0.0.1:${port}/`, {
      handshakeTimeoutMs: kind === 'timeout' ? 50 : 5000,
      signal: controller.signal,
    });
    const [socket] = (await connected) as [Socket];
    socket.on('error', () => {});
    if (kind === 'signal') controller.abort(new Error('changed my mind'));
    const { message } = await failed;
    assert.is(message, kind === 'signal' ? 'changed my mind' : 'the opening handshake took too long');
    socket.resume();
    if (!socket.closed) {
      socket.end();
      await new Promise(resolve => socket.once('close', resolve));
    }
  }
  server.close();
});

test('B9: sends a server name without a trailing dot (RFC 6066 §3)', async () => {
  const server = createTlsServer({ key, cert, ALPNProtocols: ['http/1.1'] }, greet);
  const port = await listen(server);
  const secured = once(server, 'secureConnection');
  const socket = await dial(`wss://localhost.:${port}/`, { tls: { ca: cert, lookup: localhost } });
  assert.is(socket.request.headers.get('Host'), `localhost.:${port}`);
  await converse(socket);
  const [{ servername }] = (await secured) as [TLSSocket];
  assert.is(servername, 'localhost');
  server.close();
});

test('C11: names the missing scheme of a URL', async () => {
  assert.match(
    (await failure('localhost:8080')).message,
    /^url must begin with ws:.* such as "ws:\/\/localhost:8080"/,
  );
});

test('C13: suggests wss: for a server that speaks TLS', async () => {
  const server = createTlsServer({ key, cert }).on('tlsClientError', () => {});
  const port = await listen(server);
  assert.match((await failure(`ws://127.0.0.1:${port}/`)).message, /If the server speaks TLS, use wss:$/);
  server.close();
});

test('gives failures a code', async () => {
  const server = createServer(socket =>
    socket.resume().end('HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n'),
  );
  const port = await listen(server);
  assert.is((await failure(`ws://127.0.0.1:${port}/`)).code, 'ERR_UNEXPECTED_STATUS');
  server.close();
  await once(server, 'close');
  assert.is((await failure(`ws://127.0.0.1:${port}/`)).code, 'ERR_TRANSPORT');
});

test.run();
