// Hono 4 and WebSockets on one port, on Node: `npm install hono @hono/node-server wsluice`, then `PORT=8080 node hono.js`.
//
// Middleware does not run for WebSockets, because Node gives them to listeners of `upgrade`. `authorize` asks a route instead:
// `request` runs it with all its middleware, without a connection.

import { serve as listen } from '@hono/node-server';
import { Hono } from 'hono';
import { getCookie } from 'hono/cookie';
import { serve } from 'wsluice/node';

const sessions = new Map([['secret', 'alice']]);

const app = new Hono();
app.use(async (context, next) => {
  context.set('user', sessions.get(getCookie(context, 'session')));
  await next();
});
app.get('/me', context => {
  const user = context.get('user');
  return user === undefined ? context.body(null, 401) : context.text(user);
});

const server = listen(
  { fetch: app.fetch, port: Number(process.env.PORT), hostname: '127.0.0.1' },
  ({ port }) => {
    console.log(`http://127.0.0.1:${port}/`);
  },
);

const sockets = serve(
  server,
  async socket => {
    for await (const message of socket) await socket.send(`${socket.context}: ${message}`);
  },
  {
    path: '/live',
    async authorize({ headers }) {
      const response = await app.request('/me', { headers: { cookie: headers.get('cookie') ?? '' } });
      return response.ok ? { context: await response.text() } : { status: 401 };
    },
  },
);

process.once('SIGTERM', async () => {
  server.close();
  await sockets.drain({ reason: 'restarting', timeoutMs: 5000 });
});
