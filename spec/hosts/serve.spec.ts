import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { connect, createServer as createHttp2Server, createSecureServer } from 'node:http2';
import { createServer as createHttpsServer } from 'node:https';
import { connect as connectTcp, type Socket } from 'node:net';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { WebSocketError } from '../../lib/base/websocket-error.ts';
import type { RequestHead } from '../../lib/handshake/head.ts';
import { dial } from '../../lib/hosts/dial.ts';
import { dialHttp2 } from '../../lib/hosts/dial-http2.ts';
import { serve } from '../../lib/hosts/serve.ts';
import { upgrade } from '../../lib/hosts/upgrade.ts';
import type { OpenWebSocket } from '../../lib/sockets/open-websocket.ts';
import { cert, key } from '../support/localhost-certificate.ts';
import { listen } from '../support/node-servers.ts';

const test = suite('serve');

interface Fault extends Error {
  readonly closeCode?: number;
  readonly response: { readonly status: number };
}

type Report = readonly [error: Fault, socket: OpenWebSocket | undefined];

/** Returns a list of reports, and an `onError` that fills it. */
function reports(): [
  list: Report[],
  onError: (error: unknown, socket: OpenWebSocket | undefined) => void,
  next: () => Promise<Report>,
] {
  const list: Report[] = [];
  let wake = () => {};
  const onError = (error: unknown, socket: OpenWebSocket | undefined) => {
    list.push([error as Fault, socket]);
    wake();
  };
  const next = async () => {
    while (list.length === 0) await new Promise<void>(resolve => (wake = resolve));
    return list.shift()!;
  };
  return [list, onError, next];
}

async function echo(socket: OpenWebSocket): Promise<void> {
  for await (const message of socket.readable) await socket.send(message);
}

async function hears(socket: OpenWebSocket, text: string): Promise<void> {
  await socket.send(text);
  const { value } = await socket.readable.getReader().read();
  assert.is(value, text);
}

async function end(server: Server): Promise<void> {
  server.close();
  await once(server, 'close');
}

/** Sends a raw request, and returns all received bytes. */
async function exchange(port: number, target: string): Promise<string> {
  const client = connectTcp(port, '127.0.0.1');
  client.write(
    `GET ${target} HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
      'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n',
  );
  let heard = '';
  client.setEncoding('latin1').on('data', chunk => (heard += chunk));
  await new Promise(resolve => client.on('error', () => {}).on('close', resolve));
  return heard;
}

const status = (error: unknown): number => (error as Fault).response.status;

test('calls the handler with each socket, over http', async () => {
  const [list, onError] = reports();
  const server = createServer();
  const service = serve(server, echo, { onError });
  const port = await listen(server);
  const client = await dial(`ws://127.0.0.1:${port}/any?x=1`);
  await hears(client, 'hi');
  assert.is(service.sockets.size, 1);
  client.close({ closeCode: 4000 });
  assert.equal(await client.closed, { closeCode: 4000, reason: '' });
  await end(server);
  assert.is(service.sockets.size, 0);
  assert.equal(list, []);
});

test('serves over https', async () => {
  const server = createHttpsServer({ key, cert });
  await using _service = serve(server, echo);
  const port = await listen(server);
  const client = await dial(`wss://127.0.0.1:${port}/`, { tls: { ca: cert, servername: 'localhost' } });
  await hears(client, 'hi');
  client.close();
  await client.closed;
  await end(server);
});

for (const kind of ['streams', 'requests'] as const) {
  test(`serves over http2 whose server listens for ${kind}, without a setting of the user's`, async () => {
    const server = createHttp2Server();
    if (kind === 'requests') server.on('request', (_request, response) => void response.end('page'));
    const service = serve(server, echo, { path: '/chat' });
    const port = await listen(server);
    const session = connect(`http://127.0.0.1:${port}`);
    const client = await dialHttp2(session, `ws://127.0.0.1:${port}/chat?room=1`);
    await hears(client, 'hi');
    const error = await dialHttp2(session, `ws://127.0.0.1:${port}/other`).catch(error => error);
    assert.is(status(error), 404);
    client.close();
    await client.closed;
    await service.close();
    session.close();
    await end(server as unknown as Server);
  });
}

test('serves streams of a server whose request listener was added later', async () => {
  const server = createHttp2Server();
  const service = serve(server, echo);
  server.on('request', (_request, response) => void response.end('page'));
  const port = await listen(server);
  const session = connect(`http://127.0.0.1:${port}`);
  await hears(await dialHttp2(session, `ws://127.0.0.1:${port}/`), 'hi');
  await service.close();
  session.close();
  await end(server as unknown as Server);
});

test('refuses every other CONNECT of http2, as Node does, or leaves it to others', async () => {
  const server = createHttp2Server((_request, response) => void response.end('page'));
  const service = serve(server, echo);
  const port = await listen(server);
  const session = connect(`http://127.0.0.1:${port}`);
  const answer = async () => {
    const stream = session.request({ ':method': 'CONNECT', ':authority': 'example.com:25' });
    const [headers] = await once(stream, 'response');
    stream.close();
    return headers[':status'];
  };
  assert.is(await answer(), 405);
  const take = (_request: unknown, response: { writeHead(status: number): void; end(): void }) => {
    response.writeHead(418);
    response.end();
  };
  server.on('connect', take);
  assert.is(await answer(), 418);
  await service.close();
  session.close();
  await end(server as unknown as Server);
});

test('leaves a stream that no service takes to other listeners', async () => {
  const server = createHttp2Server();
  const service = serve(server, echo, { path: '/ours' });
  server.on('stream', (stream, headers) => {
    if (headers[':path'] === '/theirs') stream.respond({ ':status': 403 }, { endStream: true });
  });
  const port = await listen(server);
  const session = connect(`http://127.0.0.1:${port}`);
  const error = await dialHttp2(session, `ws://127.0.0.1:${port}/theirs`).catch(error => error);
  assert.is(status(error), 403);
  await service.close();
  session.close();
  await end(server as unknown as Server);
});

test('serves HTTP/1.1 on a server of http2 that allows it', async () => {
  const server = createSecureServer({ key, cert, allowHTTP1: true });
  const service = serve(server, echo);
  const port = await listen(server);
  const client = await dial(`wss://127.0.0.1:${port}/`, { tls: { ca: cert, servername: 'localhost' } });
  await hears(client, 'hi');
  await service.close();
  await client.closed;
  await end(server as unknown as Server);
});

test('selects a service by a path, a pattern or a function, and refuses other requests with 404', async () => {
  const server = createServer();
  const says = (text: string) => (socket: OpenWebSocket) => socket.send(text);
  const services = [
    serve(server, says('string'), { path: '/a' }),
    // A global pattern keeps a position, which must have no effect.
    serve(server, says('pattern'), { path: /^\/b\/\d+$/g }),
    serve(server, says('function'), { path: (path, { host }) => path === '/' && /^127/.test(host!) }),
  ];
  const port = await listen(server);
  const hello = async (path: string) => {
    const client = await dial(`ws://127.0.0.1:${port}${path}`);
    const { value } = await client.readable.getReader().read();
    assert.equal(await client.closed, { closeCode: 1000, reason: '' });
    return value;
  };
  assert.is(await hello('/a?x=/b/1'), 'string');
  assert.is(await hello('/b/1'), 'pattern');
  assert.is(await hello('/b/2'), 'pattern');
  assert.is(await hello(''), 'function');
  for (const path of ['/a/', '/c', '/b/x']) {
    assert.is(status(await dial(`ws://127.0.0.1:${port}${path}`).catch(error => error)), 404, path);
  }
  await Promise.all(services.map(service => service.close()));
  await end(server);
});

test('takes the path from a target in absolute form (RFC 9112 §3.2.2)', async () => {
  const server = createServer();
  const service = serve(server, () => {}, { path: '/a', closeTimeoutMs: 50 });
  const port = await listen(server);
  assert.match(await exchange(port, 'http://a/a?b'), /^HTTP\/1.1 101 /);
  assert.match(await exchange(port, 'http://a'), /^HTTP\/1.1 404 /);
  await service.close();
  await end(server);
});

test('leaves a request that no service takes to other listeners', async () => {
  const server = createServer();
  const service = serve(server, echo, { path: '/ours' });
  server.on('upgrade', (request, socket, head) => {
    if (request.url === '/theirs') upgrade(request, socket, head).then(echo);
  });
  const port = await listen(server);
  for (const path of ['ours', 'theirs']) {
    const client = await dial(`ws://127.0.0.1:${port}/${path}`);
    await hears(client, path);
    client.close();
    await client.closed;
  }
  await service.close();
  await end(server);
});

test('refuses with 500 if the path function fails, and reports it', async () => {
  const [, onError, next] = reports();
  const server = createServer();
  const paths: (() => unknown)[] = [
    () => {
      throw new Error('no database');
    },
    () => Promise.resolve(false),
  ];
  const service = serve(server, echo, { path: () => paths.shift()!() as boolean, onError });
  const port = await listen(server);
  const told: string[] = [];
  for (let i = 0; i < 2; i++) {
    assert.is(status(await dial(`ws://127.0.0.1:${port}/`).catch(error => error)), 500);
    const [error, socket] = await next();
    assert.is(socket, undefined);
    told.push(error.message);
  }
  assert.equal(told, ['no database', 'path must return true or false (got an object)']);
  await service.close();
  await end(server);
});

const endings: readonly [title: string, handler: (socket: OpenWebSocket) => unknown, number, string][] = [
  ['1000 when it returns', () => {}, 1000, ''],
  ['1000 when its promise resolves', async () => await Promise.resolve(7), 1000, ''],
  [
    '1011 when it throws',
    () => {
      throw new Error('private');
    },
    1011,
    '',
  ],
  ['1011 when its promise rejects', () => Promise.reject(null), 1011, ''],
  [
    'the code and reason of a WebSocketError',
    async () => {
      throw new WebSocketError('private', { closeCode: 4009, reason: 'slow down' });
    },
    4009,
    'slow down',
  ],
  [
    '1011 for a WebSocketError whose code cannot be sent, such as that of another socket',
    () => Promise.reject(WebSocketError.of('lost', { closeCode: 1006 })),
    1011,
    '',
  ],
  [
    'the code that the handler has closed with',
    s => s.close({ closeCode: 4001, reason: 'own' }),
    4001,
    'own',
  ],
  [
    '1011 when it throws inside a loop over the messages',
    async socket => {
      for await (const _ of socket.readable) throw new Error('private');
    },
    1011,
    '',
  ],
  [
    '1000 when it returns inside a loop over the messages',
    async socket => {
      for await (const _ of socket.readable) return;
    },
    1000,
    '',
  ],
];

for (const [title, handler, closeCode, reason] of endings) {
  test(`closes with ${title}`, async () => {
    const [list, onError] = reports();
    const server = createServer();
    serve(server, handler, { onError });
    const port = await listen(server);
    const client = await dial(`ws://127.0.0.1:${port}/`);
    client.send('go');
    client.discardIncoming();
    assert.equal(await client.closed, { closeCode, reason });
    await end(server);
    assert.is(list.length, closeCode === 1011 || closeCode === 4009 ? 1 : 0);
  });
}

test('does not report a clean end that fails a pipe', async () => {
  const [list, onError] = reports();
  const server = createServer();
  serve(server, ({ readable, writable }) => readable.pipeTo(writable), { onError });
  const port = await listen(server);
  const client = await dial(`ws://127.0.0.1:${port}/`);
  await hears(client, 'hi');
  client.close({ closeCode: 1000 });
  await client.closed;
  await end(server);
  assert.equal(list, []);
});

test('reports a refusal without a socket', async () => {
  const [, onError, next] = reports();
  const server = createServer();
  serve(server, echo, { onError, authorize: () => ({ status: 401 }) });
  const port = await listen(server);
  assert.is(status(await dial(`ws://127.0.0.1:${port}/`).catch(error => error)), 401);
  const [error, socket] = await next();
  assert.is(status(error), 401);
  assert.is(socket, undefined);
  await end(server);
});

test('reports an unclean end once, with its socket', async () => {
  const [list, onError, next] = reports();
  const handlers = [
    async ({ readable }: OpenWebSocket) => void (await readable.getReader().read()),
    ({ closed }: OpenWebSocket) => closed.catch(() => {}),
  ];
  const server = createServer();
  serve(server, socket => handlers.shift()!(socket), { onError });
  const port = await listen(server);
  for (let i = 0; i < 2; i++) {
    const tcp: Socket = connectTcp(port, '127.0.0.1');
    const client = await dial(`ws://127.0.0.1:${port}/`, { connect: () => tcp });
    tcp.resetAndDestroy();
    await client.closed.catch(() => {});
    const [error, socket] = await next();
    assert.is(error.closeCode, 1006);
    assert.is(socket!.closeRecord.wasClean, false);
  }
  await end(server);
  assert.equal(list, []);
});

/** Returns what the console prints while a function runs. */
async function printed(run: () => Promise<void>): Promise<unknown[]> {
  const lines: unknown[] = [];
  const { error } = console;
  console.error = (...values) => lines.push(...values);
  try {
    await run();
  } finally {
    console.error = error;
  }
  return lines;
}

test('prints errors that no client can cause by default', async () => {
  const bug = new Error('bug');
  const results = [bug, null, new WebSocketError('on purpose', { closeCode: 4000 })];
  const server = createServer();
  const admits = [true, true, true, false];
  serve(server, () => Promise.reject(results.shift()), { origins: () => admits.shift()! });
  const port = await listen(server);
  const lines = await printed(async () => {
    for (let i = 0; i < 3; i++) await (await dial(`ws://127.0.0.1:${port}/`)).closed;
    await dial(`ws://127.0.0.1:${port}/`).catch(() => {});
    await end(server);
  });
  assert.equal(lines, [bug, null]);
});

test('prints the error of onError itself', async () => {
  const failures = [new Error('thrown'), new Error('rejected')];
  const results = [
    () => {
      throw failures[0];
    },
    () => Promise.reject(failures[1]),
  ];
  const server = createServer();
  serve(server, () => Promise.reject(new Error('bug')), { onError: () => results.shift()!() });
  const port = await listen(server);
  const lines = await printed(async () => {
    for (let i = 0; i < 2; i++) await (await dial(`ws://127.0.0.1:${port}/`)).closed;
    await end(server);
  });
  assert.equal(lines, failures);
});

test('gives the handler the context of authorize, typed', async () => {
  const server = createServer();
  const service = serve(server, socket => socket.send(socket.context.user.toUpperCase()), {
    authorize: ({ headers }: RequestHead) => ({ context: { user: headers.get('X-User') ?? '' } }),
  });
  const port = await listen(server);
  const client = await dial(`ws://127.0.0.1:${port}/`, { headers: { 'X-User': 'ada' } });
  assert.is((await client.readable.getReader().read()).value, 'ADA');
  assert.equal(
    [...service.sockets].map(({ context }) => context.user),
    ['ada'],
  );
  await client.closed;
  await end(server);
});

test('drain: refuses new clients with 503, and closes open sockets with 1001', async () => {
  const server = createServer();
  const service = serve(server, echo);
  const port = await listen(server);
  const client = await dial(`ws://127.0.0.1:${port}/`);
  assert.is(await service.drain({ reason: 'restarting' }), 0);
  assert.equal(await client.closed, { closeCode: 1001, reason: 'restarting' });
  assert.is(status(await dial(`ws://127.0.0.1:${port}/`).catch(error => error)), 503);
  await end(server);
});

test('stops serving when it is closed, once', async () => {
  const server = createServer();
  const first = serve(server, echo);
  const port = await listen(server);
  const client = await dial(`ws://127.0.0.1:${port}/`);
  await first.close();
  await first[Symbol.asyncDispose]();
  assert.equal(await client.closed, { closeCode: 1001, reason: '' });
  assert.is(server.listenerCount('upgrade'), 0);
  const second = serve(server, echo);
  await hears(await dial(`ws://127.0.0.1:${port}/`), 'again');
  await second.close();
  await end(server);
});

test('rejects invalid arguments at once, by name', () => {
  const server = createServer();
  const bad = (call: () => unknown, name: string, message: RegExp) => {
    try {
      call();
    } catch (error) {
      assert.is((error as Error).name, name);
      return assert.match((error as Error).message, message);
    }
    assert.unreachable();
  };
  bad(
    () => serve({ port: 80 } as never, echo),
    'TypeError',
    /^server must be an http, https or http2 server/,
  );
  bad(() => serve(null as never, echo), 'TypeError', /^server must be/);
  bad(() => serve(server, { path: '/' } as never), 'TypeError', /^handler must be a function \(got/);
  bad(() => serve(server, echo, { path: 7 as never }), 'TypeError', /^path must be a path, a RegExp/);
  bad(
    () => serve(server, echo, { maxPayload: 7 } as never),
    'TypeError',
    /^serve has no option "maxPayload"/,
  );
  bad(() => serve(server, echo, { pingIntervalMs: -1 }), 'RangeError', /^pingIntervalMs/);
  assert.is(server.listenerCount('upgrade'), 0);
});

test.run();
