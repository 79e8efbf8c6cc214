// Tests Fastify and Hono on HTTP/2, with routes and WebSockets on one session (RFC 8441), and Koa.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, createServer } from 'node:http2';
import { createAdaptorServer } from '@hono/node-server';
import fastify from 'fastify';
import { Hono } from 'hono';
import Koa from 'koa';
import { wsluice } from './server.js';

const { dial, dialHttp2, serve } = wsluice;
const body = 'an ordinary response';

const onFastify = fastify({ http2: true });
onFastify.get('/', async () => body);
await onFastify.ready();

const onHono = new Hono();
onHono.get('/', context => context.text(body));

async function listen(server) {
  if (!server.listening) server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  serve(server, async socket => {
    for await (const message of socket.readable) await socket.send(message);
  });
  return `http://127.0.0.1:${server.address().port}`;
}

async function checkEcho(socket) {
  await socket.send('hello');
  assert.equal((await socket.readable.getReader().read()).value, 'hello');
  socket.close({ closeCode: 1000 });
  await socket.closed;
}

for (const server of [onFastify.server, createAdaptorServer({ fetch: onHono.fetch, createServer })]) {
  const origin = await listen(server);
  const session = connect(origin);
  await checkEcho(await dialHttp2(session, `${origin.replace('http', 'ws')}/live`));
  const request = session.request({ ':path': '/' }).setEncoding('utf8');
  let received = '';
  request.on('data', data => (received += data));
  await once(request, 'end');
  assert.equal(received, body);
  session.close();
  server.close();
  await once(server, 'close');
}

const onKoa = new Koa().use(context => {
  context.body = body;
});
const server = onKoa.listen(0, '127.0.0.1');
const origin = await listen(server);
await checkEcho(await dial(`${origin.replace('http', 'ws')}/live`));
assert.equal(await (await fetch(origin)).text(), body);
server.close();
server.closeIdleConnections();
await once(server, 'close');
