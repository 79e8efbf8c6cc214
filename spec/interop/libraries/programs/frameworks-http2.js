// Fastify and Hono on HTTP/2: routes and WebSockets on one session (RFC 8441).

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, createServer } from 'node:http2';
import { createAdaptorServer } from '@hono/node-server';
import fastify from 'fastify';
import { Hono } from 'hono';
import { wsluice } from './server.js';

const { dialHttp2, serve } = wsluice;

const onFastify = fastify({ http2: true });
onFastify.get('/', async () => 'an ordinary response');
await onFastify.ready();

const onHono = new Hono();
onHono.get('/', context => context.text('an ordinary response'));

for (const server of [onFastify.server, createAdaptorServer({ fetch: onHono.fetch, createServer })]) {
  serve(server, socket => socket.readable.pipeTo(socket.writable, { preventClose: true }));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const origin = `http://127.0.0.1:${server.address().port}`;
  const session = connect(origin);
  const socket = await dialHttp2(session, `${origin.replace('http', 'ws')}/live`);
  await socket.send('hello');
  assert.equal((await socket.readable.getReader().read()).value, 'hello');

  const request = session.request({ ':path': '/' }).setEncoding('utf8');
  let body = '';
  request.on('data', data => (body += data));
  await once(request, 'end');
  assert.equal(body, 'an ordinary response');

  socket.close({ closeCode: 1000 });
  await socket.closed;
  session.close();
  server.close();
  await once(server, 'close');
}
