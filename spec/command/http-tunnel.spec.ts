import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { connect } from 'node:net';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { tunnelThrough } from '../../lib/command/http-tunnel.ts';
import type { HandshakeError } from '../../lib/handshake/handshake-error.ts';
import { dial } from '../../lib/hosts/dial.ts';
import { upgrade } from '../../lib/hosts/upgrade.ts';
import { cert, key } from '../support/localhost-certificate.ts';
import { listen } from '../support/node-servers.ts';

const test = suite('HTTP tunnel');

/** Returns a server that echoes one message. */
function echo(server: Server): Server {
  return server.on('upgrade', async (request, tcp, head) => {
    const socket = await upgrade(request, tcp, head);
    const { value } = await socket.readable.getReader().read();
    await socket.send(value!);
    socket.close();
  });
}

interface Asked {
  readonly authority: string;
  readonly authorization: string | undefined;
}

/** Returns a proxy, and the requests that it got. */
function proxy(server: Server, status = '200 fine'): [Server, Asked[]] {
  const asked: Asked[] = [];
  server.on('connect', (request, client) => {
    const { url = '', headers } = request;
    asked.push({ authority: url, authorization: headers['proxy-authorization'] });
    if (!status.startsWith('2')) return void client.end(`HTTP/1.1 ${status}\r\n\r\n`);
    const { hostname, port } = new URL(`http://${url}`);
    const upstream = connect(Number(port), hostname.replace('[', '').replace(']', ''), () => {
      client.write(`HTTP/1.1 ${status}\r\n\r\n`);
      client.pipe(upstream).pipe(client);
    });
    for (const stream of [client, upstream]) stream.on('error', () => {});
  });
  return [server, asked];
}

async function exchange(url: string, through: URL, tls: object = {}): Promise<unknown> {
  const socket = await dial(url, { connect: tunnelThrough(through, tls) });
  await socket.send('hello');
  const { value } = await socket.readable.getReader().read();
  await socket.closed;
  return value;
}

async function failure(url: string, through: URL): Promise<Error> {
  return await exchange(url, through).then(
    () => assert.unreachable('it opened') as never,
    error => error,
  );
}

test('connects through a proxy, with credentials from its URL', async () => {
  const server = echo(createServer());
  const [middle, asked] = proxy(createServer());
  const [port, via] = [await listen(server), await listen(middle)];
  assert.is(await exchange(`ws://127.0.0.1:${port}/`, new URL(`http://127.0.0.1:${via}`)), 'hello');
  assert.is(
    await exchange(`ws://127.0.0.1:${port}/`, new URL(`http://m%40e:p%C3%A9@127.0.0.1:${via}`)),
    'hello',
  );
  assert.is(await exchange(`ws://127.0.0.1:${port}/`, new URL(`http://me@127.0.0.1:${via}`)), 'hello');
  assert.equal(asked, [
    { authority: `127.0.0.1:${port}`, authorization: undefined },
    { authority: `127.0.0.1:${port}`, authorization: `Basic ${Buffer.from('m@e:pé').toString('base64')}` },
    { authority: `127.0.0.1:${port}`, authorization: `Basic ${Buffer.from('me:').toString('base64')}` },
  ]);
  server.close();
  middle.close();
});

test('uses TLS to the destination inside the tunnel, also to a proxy with TLS', async () => {
  const server = echo(createHttpsServer({ cert, key }));
  const [middle] = proxy(createServer());
  const [secureMiddle] = proxy(createHttpsServer({ cert, key }));
  const [port, via, secureVia] = [await listen(server), await listen(middle), await listen(secureMiddle)];
  const tls = { rejectUnauthorized: false };
  assert.is(await exchange(`wss://127.0.0.1:${port}/`, new URL(`http://127.0.0.1:${via}`), tls), 'hello');
  assert.is(
    await exchange(`wss://localhost:${port}/`, new URL(`https://127.0.0.1:${secureVia}`), tls),
    'hello',
  );
  const untrusted = failure(`wss://localhost:${port}/`, new URL(`http://127.0.0.1:${via}`));
  assert.match((await untrusted).message, /self.signed/);
  for (const each of [server, middle, secureMiddle]) each.close();
});

test('passes on bytes that follow the response of the proxy', async () => {
  const middle = createServer();
  middle.on('connect', (_request, client) => {
    client.write('HTTP/1.1 200\r\n\r\nHTTP/1.1 418 early\r\nContent-Length: 0\r\n\r\n');
    client.on('error', () => {});
  });
  const via = new URL(`http://127.0.0.1:${await listen(middle)}`);
  const { response } = (await failure('ws://[::1]:9/', via)) as HandshakeError;
  assert.is(response?.status, 418);
  middle.close();
});

test('reports a refusal of the proxy, and a proxy that cannot be reached', async () => {
  const [middle, asked] = proxy(createServer(), '407 Authentication Required');
  const via = new URL(`http://127.0.0.1:${await listen(middle)}`);
  const failed = async (proxy: URL) => (await failure('ws://[::1]:9/', proxy)).message;
  assert.match(await failed(via), `the proxy ${via.host} responded with 407 Authentication Required`);
  assert.is(asked[0]!.authority, '[::1]:9');
  middle.close();
  await once(middle, 'close');
  assert.match(await failed(via), /the proxy 127\.0\.0\.1:\d+: connect ECONNREFUSED/);
  assert.match(await failed(new URL('http://127.0.0.1:1')), 'ECONNREFUSED');
});

test('uses the default ports of the schemes of proxies', async () => {
  const tried = async (proxy: string) => {
    const signal = AbortSignal.timeout(2000);
    const target = {
      secure: false,
      host: 'a',
      hostname: 'a',
      port: 80,
      target: '/',
      authorization: undefined,
    };
    return tunnelThrough(new URL(proxy), {})(target, signal).then(
      () => assert.unreachable() as never,
      (error: Error) => error.message,
    );
  };
  assert.match(await tried('http://127.255.255.254'), /127\.255\.255\.254:80|EACCES|ENETUNREACH|abort/);
  assert.match(await tried('https://[::1]'), /::1:443|EADDRNOTAVAIL|ENETUNREACH|abort/);
});

test.run();
