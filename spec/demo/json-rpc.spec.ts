import { createServer } from 'node:http';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { RpcClient, type RpcError } from '../../demo/json-rpc.ts';
import type { OpenWebSocket } from '../../lib/index.ts';
import { upgrade } from '../../lib/node.ts';
import { listen } from '../support/node-servers.ts';

const test = suite('demo: JSON-RPC');

interface Server {
  readonly url: string;
  readonly sockets: OpenWebSocket[];
  readonly asked: string[];
  stop(): void;
}

/** A server that adds, fails, disconnects, or never answers. */
async function serve(): Promise<Server> {
  const sockets: OpenWebSocket[] = [];
  const asked: string[] = [];
  const server = createServer().on('upgrade', async (request, tcp, head) => {
    const socket = await upgrade(request, tcp, head);
    sockets.push(socket);
    await answer(socket).catch(() => {});
  });
  const answer = async (socket: OpenWebSocket) => {
    for await (const message of socket.readable) {
      const { id, method, params } = JSON.parse(String(message));
      asked.push(method);
      if (method === 'add')
        socket.send(JSON.stringify({ jsonrpc: '2.0', id, result: params[0] + params[1] }));
      if (method === 'fail')
        socket.send(JSON.stringify({ jsonrpc: '2.0', id, error: { code: -32601, message: 'no' } }));
      if (method === 'cut' && sockets.length < 3) socket.terminate();
      else if (method === 'cut') socket.send(JSON.stringify({ jsonrpc: '2.0', id, result: 'at last' }));
    }
  };
  return { url: `ws://127.0.0.1:${await listen(server)}/`, sockets, asked, stop: () => server.close() };
}

const failed = (call: Promise<unknown>) =>
  call.then(
    () => assert.unreachable() as never,
    (error: Error) => error,
  );

test('calls, fails and receives notifications', async () => {
  const { url, sockets, stop } = await serve();
  const heard: unknown[] = [];
  const client = new RpcClient(url, { onNotification: (...all) => heard.push(all) });
  // Called before there is a connection.
  assert.equal(await Promise.all([client.call('add', [1, 2]), client.call('add', [3, 4])]), [3, 7]);
  const error = (await failed(client.call('fail'))) as RpcError;
  assert.equal([error.code, error.message], [-32601, 'no']);
  sockets[0]!.send(JSON.stringify({ jsonrpc: '2.0', method: 'news', params: { a: 1 } }));
  await client.call('add', [0, 0]);
  assert.equal(heard, [['news', { a: 1 }]]);
  const waiting = failed(client.call('never'));
  await client.close();
  assert.match((await waiting).message, /closed|lost/);
  assert.match((await failed(client.call('add', [1, 1]))).message, 'the client is closed');
  assert.equal(await sockets[0]!.closed, { closeCode: 1000, reason: '' });
  stop();
});

test('reconnects, and repeats only calls that may be sent twice', async () => {
  const { url, sockets, asked, stop } = await serve();
  const client = new RpcClient(url, { retryMs: 10 });
  assert.match(
    (await failed(client.call('cut'))).message,
    'the connection was lost before the answer arrived',
  );
  assert.is(await client.call('cut', undefined, { repeatable: true }), 'at last');
  assert.equal([sockets.length, asked], [3, ['cut', 'cut', 'cut']]);
  await client.close();
  await sockets[2]!.closed;
  stop();
});

test('connects to a server that starts later', async () => {
  const first = await serve();
  first.stop();
  const client = new RpcClient(first.url, { retryMs: 10 });
  const answer = client.call('add', [2, 2]);
  await new Promise(resolve => setTimeout(resolve, 50));
  const ends: Promise<unknown>[] = [];
  const server = createServer().on('upgrade', async (request, tcp, head) => {
    const socket = await upgrade(request, tcp, head);
    ends.push(socket.closed);
    for await (const message of socket.readable) {
      socket.send(JSON.stringify({ jsonrpc: '2.0', id: JSON.parse(String(message)).id, result: 4 }));
    }
  });
  server.listen(Number(new URL(first.url).port), '127.0.0.1');
  assert.is(await answer, 4);
  await client.close();
  await Promise.all(ends);
  server.close();
});

test.run();
