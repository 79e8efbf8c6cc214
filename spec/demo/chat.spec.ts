import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { OpenWebSocket } from '../../lib/index.ts';
import { dial } from '../../lib/node.ts';
import { DemoProcess } from '../support/demo-process.ts';
import { listen } from '../support/node-servers.ts';

const test = suite('demo: chat');

const post = (http: string, path: string, body: unknown) =>
  fetch(http + path, { method: 'POST', body: JSON.stringify(body) });

async function logIn(http: string, name: string): Promise<string> {
  const account = { name, password: `${name} password` };
  assert.is((await post(http, 'accounts', account)).status, 201);
  assert.is((await post(http, 'accounts', account)).status, 409);
  assert.is((await post(http, 'sessions', { name, password: 'wrong password' })).status, 401);
  const session = await post(http, 'sessions', account);
  assert.is(session.status, 200);
  return session.headers.get('set-cookie')!.split(';')[0]!;
}

class User {
  readonly socket: OpenWebSocket;
  readonly #reader: ReadableStreamDefaultReader<unknown>;

  constructor(socket: OpenWebSocket) {
    this.socket = socket;
    this.#reader = socket.readable.getReader();
  }

  say(message: object): void {
    void this.socket.send(JSON.stringify(message));
  }

  async hear(): Promise<unknown> {
    return JSON.parse(String((await this.#reader.read()).value));
  }
}

async function enter(http: string, name: string, cookie: string, room: string): Promise<User> {
  const user = new User(await dial(http.replace('http', 'ws'), { headers: { Cookie: cookie } }));
  user.say({ type: 'join', room });
  assert.equal(await user.hear(), { type: 'joined', room }, name);
  return user;
}

async function chat(http: string, connections: number): Promise<User[]> {
  const names = ['alice', 'bob', 'carol'];
  const cookies = await Promise.all(names.map(name => logIn(http, name)));
  const users = await Promise.all(
    Array.from({ length: connections }, (_, i) => enter(http, names[i % 3]!, cookies[i % 3]!, 'lobby')),
  );
  const outsider = await enter(http, 'bob', cookies[1]!, 'other');
  users[0]!.say({ type: 'say', room: 'lobby', text: 'hello, everyone' });
  const said = { type: 'said', room: 'lobby', from: 'alice', text: 'hello, everyone' };
  for (const user of users) assert.equal(await user.hear(), said);
  outsider.say({ type: 'say', room: 'lobby', text: 'not a member' });
  assert.equal(await outsider.hear(), { type: 'refused', room: 'lobby' });
  users[1]!.say({ type: 'leave', room: 'lobby' });
  users[1]!.say({ type: 'say', room: 'lobby', text: 'gone' });
  assert.equal(await users[1]!.hear(), { type: 'refused', room: 'lobby' });
  return [...users, outsider];
}

test('serves rooms and accounts, refuses clients, and ends in order as one process', async () => {
  const server = new DemoProcess('chat/server');
  const [[, ws] = []] = await server.printed(/chat at (\S+)/);
  const http = ws!.replace('ws', 'http');
  const users = await chat(http, 3);
  const stranger = await dial(ws!).catch(error => error);
  assert.is(stranger.response.status, 401);
  const forged = await dial(ws!, { headers: { Cookie: 'session=0' } }).catch(error => error);
  assert.is(forged.response.status, 401);
  for (const [path, body] of [
    ['accounts', { name: 'a b', password: 'long enough' }],
    ['accounts', { name: 'a', password: 'short' }],
    ['sessions', 'x'.repeat(2000)],
  ] as const) {
    assert.is((await post(http, path, body)).status, 400);
  }
  assert.is((await post(http, 'other', { name: 'a', password: 'long enough' })).status, 404);
  assert.is((await fetch(http)).status, 400);
  users[2]!.socket.send('no JSON');
  assert.equal(await users[2]!.socket.closed, { closeCode: 1007, reason: 'invalid message' });
  server.child.kill('SIGTERM');
  assert.equal(await users[0]!.socket.closed, { closeCode: 1001, reason: 'the server is stopping' });
  assert.equal(await server.ended.then(({ code, err }) => [code, err]), [0, '']);
});

test('rejects several processes without a broker', async () => {
  const { code, err } = await new DemoProcess('chat/server', [], { PROCESSES: '4' }).ended;
  assert.is(code, 2);
  assert.match(err, 'PROCESSES above 1 needs REDIS_URL');
});

function hasRedis(): boolean {
  try {
    execFileSync('redis-server', ['--version']);
    return true;
  } catch {
    return false;
  }
}

async function startRedis(): Promise<[redis: ChildProcess, url: string]> {
  const probe = createServer();
  const port = await listen(probe);
  probe.close();
  const args = ['--port', `${port}`, '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'];
  const redis = spawn('redis-server', args, { cwd: '/tmp' });
  let said = '';
  while (!said.includes('Ready to accept')) said += String((await once(redis.stdout, 'data'))[0]);
  return [redis, `redis://127.0.0.1:${port}`];
}

// Continuous integration has it: see .ci/run.
if (hasRedis()) {
  test('shares rooms and accounts of four processes on one port over Redis', async () => {
    const [redis, REDIS_URL] = await startRedis();
    const server = new DemoProcess('chat/server', [], { PROCESSES: '4', REDIS_URL });
    const started = await server.printed(/chat at (\S+) \(process (\d+)\)/, 4);
    assert.is(new Set(started.map(([, , pid]) => pid)).size, 4);
    assert.is(new Set(started.map(([, url]) => url)).size, 1);
    // The processes take connections in turn: twelve are three for each.
    const users = await chat(started[0]![1]!.replace('ws', 'http'), 12);
    redis.kill('SIGKILL');
    // Without the broker no message arrives, and the server tells the users so.
    for (const { socket } of users) assert.is((await socket.closed).closeCode, 1011);
    await server.stop();
  });
}

test.run();
