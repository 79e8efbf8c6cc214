// Express 5 and WebSockets on one port: `npm install express wsluice`, then `PORT=8080 node express.js`.
//
// Middleware does not run for WebSockets, because Node gives them to listeners of `upgrade`. A function that middleware and
// `authorize` share decides for both.

import express from 'express';
import { serve } from 'wsluice/node';

const sessions = new Map([['secret', 'alice']]);

/** Returns the user whose session is in the Cookie header. */
const userOf = (cookie = '') => sessions.get(/\bsession=(\w+)/.exec(cookie)?.[1]);

const app = express();
app.use((request, _response, next) => {
  request.user = userOf(request.headers.cookie);
  next();
});
app.get('/me', ({ user }, response) => {
  if (user === undefined) response.status(401).end();
  else response.send(user);
});

const server = app.listen(Number(process.env.PORT), '127.0.0.1', error => {
  if (error) throw error;
  console.log(`http://127.0.0.1:${server.address().port}/`);
});

const sockets = serve(
  server,
  async socket => {
    for await (const message of socket) await socket.send(`${socket.context}: ${message}`);
  },
  {
    path: '/live',
    authorize({ headers }) {
      const user = userOf(headers.get('cookie') ?? '');
      return user === undefined ? { status: 401 } : { context: user };
    },
  },
);

process.once('SIGTERM', async () => {
  server.close();
  await sockets.drain({ reason: 'restarting', timeoutMs: 5000 });
});
