// Tests a program of demo/frameworks with `fetch` and `ws`: routes and WebSockets on the same port, with the same login.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { WebSocket } from 'ws';

const [, , , name] = process.argv;
const server = spawn(process.execPath, [`${name}.js`], {
  env: { ...process.env, PORT: '0' },
  stdio: ['ignore', 'pipe', 'inherit'],
});
const ended = once(server, 'close');
// Ends the program even if a check fails.
process.once('exit', () => server.kill('SIGKILL'));
const [page] = await once(createInterface({ input: server.stdout }), 'line');

const headers = { cookie: 'theme=dark; session=secret' };

async function statusOf(url, options) {
  const socket = new WebSocket(url, options);
  const [, response] = await once(socket, 'unexpected-response');
  socket.on('error', () => {}).terminate();
  return response.statusCode;
}

async function open(url, options) {
  const socket = new WebSocket(url, options);
  await once(socket, 'open');
  return socket;
}

assert.equal((await fetch(new URL('/me', page))).status, 401);
const ordinary = await fetch(new URL('/me', page), { headers });
assert.deepEqual([ordinary.status, await ordinary.text()], [200, 'alice']);

const live = new URL('/live?since=7', page).href.replace('http', 'ws');
assert.equal(await statusOf(live, {}), 401);
assert.equal(await statusOf(live, { headers: { cookie: 'session=guessed' } }), 401);
assert.equal(await statusOf(live, { headers, origin: 'https://elsewhere.example' }), 403);
assert.equal(await statusOf(live.replace('live', 'else'), { headers }), 404);

const socket = await open(live, { headers });
socket.send('hello');
const [message] = await once(socket, 'message');
assert.equal(`${message}`, 'alice: hello');
// Routes respond while a WebSocket is open.
assert.equal(await (await fetch(new URL('/me', page), { headers })).text(), 'alice');
socket.close(4000);
assert.equal((await once(socket, 'close'))[0], 4000);

const last = await open(live, { headers });
server.kill('SIGTERM');
const [code, reason] = await once(last, 'close');
assert.deepEqual([code, `${reason}`], [1001, 'restarting']);
assert.deepEqual(await ended, [0, null]);
