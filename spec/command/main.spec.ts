import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';

const test = suite('main');

const file = fileURLToPath(new URL('../../lib/command/main.js', import.meta.url));

function start(...args: string[]) {
  const child = spawn(process.execPath, [file, ...args]);
  let [out, err] = ['', ''];
  child.stdout.on('data', chunk => (out += chunk));
  child.stderr.on('data', chunk => (err += chunk));
  const ended = once(child, 'close').then(([code]) => ({ code, out, err }));
  return { child, ended };
}

/** Returns a server of the command, and its URL. */
async function startEcho() {
  const server = start('--listen', '0', '--echo', '-n', '100');
  const [said] = await once(server.child.stderr, 'data');
  return { ...server, url: /ws:\S+/.exec(String(said))![0] };
}

test('runs as a process in a pipe, and exits', async () => {
  const server = await startEcho();
  const client = start(server.url, '-n', '2');
  client.child.stdin.write('hello\n');
  await once(client.child.stdout, 'data');
  client.child.stdin.write('again\n');
  // Its input stays open.
  assert.equal(await client.ended, { code: 0, out: 'hello\nagain\n', err: '' });
  server.child.kill('SIGTERM');
  assert.is((await server.ended).code, 0);
  const wrong = start('--nonsense');
  assert.is((await wrong.ended).code, 2);
});

test('ends silently when its output has no reader', async () => {
  const server = await startEcho();
  const client = start(server.url);
  client.child.stdout.destroy();
  client.child.stdin.on('error', () => {});
  client.child.stdin.end('line\n'.repeat(20_000));
  assert.equal(await client.ended, { code: 0, out: '', err: '' });
  server.child.kill('SIGINT');
  await server.ended;
});

test.run();
