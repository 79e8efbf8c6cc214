// Fastify 5 and WebSockets on one port: `npm install fastify wsluice`, then `PORT=8080 node fastify.js`.
//
// Hooks do not run for WebSockets, because Node gives them to listeners of `upgrade`. `authorize` asks a route instead:
// `inject` runs it with all its hooks and plugins, without a connection.

import fastify from 'fastify';
import { serve } from 'wsluice/node';

const sessions = new Map([['secret', 'alice']]);

const app = fastify();
app.decorateRequest('user');
app.addHook('onRequest', async request => {
  request.user = sessions.get(/\bsession=(\w+)/.exec(request.headers.cookie)?.[1]);
});
app.get('/me', async ({ user }, reply) => user ?? reply.code(401).send());

const sockets = serve(
  app.server,
  async socket => {
    for await (const message of socket) await socket.send(`${socket.context}: ${message}`);
  },
  {
    path: '/live',
    async authorize({ headers }) {
      const { statusCode, body } = await app.inject({
        url: '/me',
        headers: { cookie: headers.get('cookie') ?? '' },
      });
      return statusCode === 200 ? { context: body } : { status: 401 };
    },
  },
);

// Before the server stops listening: `app.close()` waits until no connection is open.
app.addHook('preClose', async () => {
  await sockets.drain({ reason: 'restarting', timeoutMs: 5000 });
});
process.once('SIGTERM', () => app.close());

console.log(`${await app.listen({ port: Number(process.env.PORT), host: '127.0.0.1' })}/`);
