import { createServer } from 'node:http';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { upgrade } from '../../lib/hosts/upgrade.ts';
import { WebSocketStream } from '../../lib/hosts/websocket-stream.ts';
import { listen } from '../support/node-servers.ts';

const test = suite('WebSocketStream of Node');

test('dials its URL, with the options of dial', async () => {
  const server = createServer();
  server.on('upgrade', async (request, tcp, head) => {
    const socket = await upgrade(request, tcp, head, { protocols: ['chat'] });
    await socket.writable.getWriter().write(request.headers['x-mine'] as string);
    socket.close({ closeCode: 1000 });
  });
  const url = `ws://127.0.0.1:${await listen(server)}/`;
  const stream = new WebSocketStream(url, { protocols: ['chat'], headers: { 'X-Mine': 'mine' } });
  assert.is(stream.url, url);
  const { readable, protocol } = await stream.opened;
  assert.is(protocol, 'chat');
  assert.is((await readable.getReader().read()).value, 'mine');
  assert.equal(await stream.closed, { closeCode: 1000, reason: '' });
  server.close();
});

test('needs no options, and no handlers on its promises', async () => {
  const server = createServer();
  const url = `ws://127.0.0.1:${await listen(server)}/`;
  server.close();
  const stream = new WebSocketStream(url);
  await new Promise(resolve => setTimeout(resolve, 50));
  const error = await stream.opened.catch(error => error);
  assert.is(error.name, 'WebSocketError');
  assert.is(error.cause.cause.code, 'ECONNREFUSED');
});

test('needs a URL, and accepts anything that converts to one', () => {
  const Any = WebSocketStream as unknown as new (...args: unknown[]) => WebSocketStream;
  assert.throws(() => new Any(), TypeError);
  assert.throws(
    () => new Any(undefined),
    (error: Error) => error.name === 'SyntaxError',
  );
  assert.is(WebSocketStream.length, 1);
  const connect = () => new Promise<never>(() => {});
  const stream = new WebSocketStream({ toString: () => 'ws://a' }, { connect });
  assert.is(stream.url, 'ws://a/');
  stream.close();
});

test('aborts the dialling on its signal', async () => {
  const controller = new AbortController();
  const connect = () => new Promise<never>(() => {});
  const stream = new WebSocketStream('ws://a/', { connect, signal: controller.signal });
  controller.abort(new Error('no'));
  assert.is((await stream.closed.catch(error => error)).message, 'no');
});

test.run();
