import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { OpenWebSocket } from '../../lib/index.ts';
import { dial, upgrade } from '../../lib/node.ts';
import { listen } from '../support/node-servers.ts';

const test = suite('demo');

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

function start(name: string, ...args: string[]): ChildProcess {
  const file = fileURLToPath(new URL(`../../demo/${name}.js`, import.meta.url));
  return spawn(process.execPath, [file, ...args], { env: { ...process.env, PORT: '0' } });
}

/** What the process says until it ends. */
async function end(child: ChildProcess): Promise<Ended> {
  let [out, err] = ['', ''];
  child.stdout!.on('data', chunk => (out += chunk));
  child.stderr!.on('data', chunk => (err += chunk));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, out, err };
}

function cat(url: string, input: string): Promise<Ended> {
  const child = start('cat', url);
  child.stdin!.end(input);
  return end(child);
}

/** The demo's server and where it says it is. */
async function startServer(): Promise<[server: ChildProcess, page: string, echo: string]> {
  const server = start('server');
  let said = '';
  while (!said.includes('/echo\n')) said += String((await once(server.stdout!, 'data'))[0]);
  return [server, /http:\S+/.exec(said)![0], /ws:\S+/.exec(said)![0]];
}

/** A server that does something with each WebSocket, and its URL. */
async function serve(use: (socket: OpenWebSocket) => unknown): Promise<[url: string, stop: () => void]> {
  const server = createServer();
  server.on('upgrade', (request, tcp, head) => upgrade(request, tcp, head).then(use));
  return [`ws://127.0.0.1:${await listen(server)}/`, () => server.close()];
}

test('the server serves the inspector and the echo, refuses what else is asked for, and cat gets its lines back', async () => {
  const [server, page, echo] = await startServer();
  const response = await fetch(page);
  assert.is(response.status, 200);
  assert.match(await response.text(), '<title>wsluice inspector</title>');
  assert.is((await fetch(`${page}else`)).status, 404);
  assert.match(await (await fetch(`${page}guide`)).text(), '<title>Overview · wsluice</title>');
  const lines = Array.from({ length: 2000 }, (_, i) => `line ${i} é\n`).join('');
  assert.equal(await cat(echo, lines), { code: 0, out: lines, err: '' });
  assert.equal(await cat(echo, ''), { code: 0, out: '', err: '' });
  assert.equal(await cat(echo, 'no line end'), { code: 0, out: 'no line end\n', err: '' });
  const refused = await cat(`${echo}x`, '');
  assert.equal([refused.code, refused.out], [1, '']);
  assert.match(refused.err, /^closed: 1006 .*status 404/);
  server.kill('SIGTERM');
  assert.is((await end(server)).code, 0);
});

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  test(`on ${signal} the server tells everybody 1001 and exits with 0`, async () => {
    const [server, , echo] = await startServer();
    const socket = await dial(echo);
    const child = start('cat', echo);
    child.stdin!.write('hello\n');
    await once(child.stdout!, 'data');
    const [ended, catEnded] = [end(server), end(child)];
    server.kill(signal);
    assert.is((await ended).code, 0);
    assert.equal(await socket.closed, { closeCode: 1001, reason: 'the server stops' });
    const { code, err } = await catEnded;
    assert.equal([code, err], [1, 'closed: 1001 the server stops\n']);
  });
}

test('a PORT that is none is said so', async () => {
  for (const PORT of ['abc', '70000', '-1']) {
    const file = fileURLToPath(new URL('../../demo/server.js', import.meta.url));
    const { code, err } = await end(spawn(process.execPath, [file], { env: { ...process.env, PORT } }));
    assert.equal([code, err], [1, `PORT must be a number from 0 to 65535, not ${PORT}\n`]);
  }
});

test('cat ends quietly when nobody reads what it prints', async () => {
  const [server, , echo] = await startServer();
  const child = start('cat', echo);
  child.stdout!.destroy();
  child.stdin!.end('line\n'.repeat(20_000));
  const { err } = await end(child);
  assert.is(err, '');
  server.kill('SIGTERM');
  await end(server);
});

test('cat prints binary messages as hex, and ends well with the server', async () => {
  const [url, stop] = await serve(async socket => {
    await socket.writable.getWriter().write(new Uint8Array([0, 255]));
    socket.close();
  });
  const child = start('cat', url);
  assert.equal(await end(child), { code: 0, out: 'binary 00ff\n', err: '' });
  stop();
});

test('cat waits for late answers, and gives up when none come', async () => {
  const [url, stop] = await serve(async ({ readable, writable }) => {
    const writer = writable.getWriter();
    for await (const message of readable) {
      if (message === 'quiet') continue;
      await new Promise(resolve => setTimeout(resolve, 300));
      writer.write(message).catch(() => {});
    }
  });
  const [late, quiet] = await Promise.all([cat(url, 'a\nb\nc\nd\ne\n'), cat(url, 'a\nquiet\n')]);
  assert.equal(late, { code: 0, out: 'a\nb\nc\nd\ne\n', err: '' });
  assert.equal(quiet, { code: 0, out: 'a\n', err: '' });
  stop();
});

test('cat exits with 1 after any other end, and escapes what could control a terminal', async () => {
  const ends: ((socket: OpenWebSocket) => void)[] = [
    socket => socket.close({ closeCode: 4000, reason: '\x1b[2J\u009b' }),
    socket => socket.terminate(),
  ];
  const [url, stop] = await serve(socket => ends.shift()!(socket));
  const told = await cat(url, 'x\n');
  assert.equal([told.code, told.err], [1, 'closed: 4000 \\u001b[2J\\u009b\n']);
  const cut = await cat(url, 'x\n');
  assert.is(cut.code, 1);
  assert.match(cut.err, /^closed: 1006 /);
  stop();
  const nowhere = await cat(url, 'x\n');
  assert.is(nowhere.code, 1);
  assert.match(nowhere.err, 'ECONNREFUSED');
  assert.match((await end(start('cat'))).err, /^usage: /);
  assert.match((await cat('http://', '')).err, 'url must be well-formed');
});

test.run();
