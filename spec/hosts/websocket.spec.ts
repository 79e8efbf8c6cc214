import { createServer } from 'node:http';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { upgrade } from '../../lib/hosts/upgrade.ts';
import { WebSocket } from '../../lib/hosts/websocket.ts';
import { listen } from '../support/node-servers.ts';

const test = suite('WebSocket of Node');

test('dials its URL, with the options of dial as the third argument', async () => {
  const server = createServer();
  server.on('upgrade', async (request, tcp, head) => {
    const accepted = WebSocket.from(await upgrade(request, tcp, head, { protocols: ['chat'] }));
    accepted.onmessage = ({ data }) => {
      accepted.send(`${data} ${request.headers['x-mine']}`);
      accepted.close(1000);
    };
  });
  const url = `ws://127.0.0.1:${await listen(server)}/`;
  const socket = new WebSocket(url, 'chat', { headers: { 'X-Mine': 'mine' } });
  assert.is(socket.url, url);
  const messages: unknown[] = [];
  socket.onopen = () => socket.send('hi');
  socket.onmessage = ({ data }) => messages.push(data);
  const { code, wasClean } = await new Promise<{ code: number; wasClean: boolean }>(resolve => {
    socket.onclose = resolve;
  });
  assert.equal([socket.protocol, messages, code, wasClean], ['chat', ['hi mine'], 1000, true]);
  server.close();
});

test('has the arguments of the platform', () => {
  const Any = WebSocket as unknown as new (...args: unknown[]) => WebSocket;
  assert.throws(() => new Any(), TypeError);
  assert.is(WebSocket.length, 1);
  assert.ok(Object.hasOwn(WebSocket.prototype, 'readyState'));
  const connect = () => new Promise<never>(() => {});
  const socket = new WebSocket({ toString: () => 'ws://a' }, undefined, { connect });
  assert.is(socket.url, 'ws://a/');
  socket.terminate();
});

test('needs no listeners', async () => {
  const server = createServer();
  const url = `ws://127.0.0.1:${await listen(server)}/`;
  server.close();
  const socket = new WebSocket(url);
  await new Promise(resolve => socket.addEventListener('close', resolve));
  assert.is(socket.readyState, 3);
});

test.run();
