import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { dial } from '../../lib/node.ts';

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

/** Returns the output of the process until it ends. */
async function end(child: ChildProcess): Promise<Ended> {
  let [out, err] = ['', ''];
  child.stdout!.on('data', chunk => (out += chunk));
  child.stderr!.on('data', chunk => (err += chunk));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, out, err };
}

/** Returns the demo's server and its URL. */
async function startServer(): Promise<[server: ChildProcess, page: string, echo: string]> {
  const server = start('server');
  let said = '';
  while (!said.includes('/echo\n')) said += String((await once(server.stdout!, 'data'))[0]);
  return [server, /http:\S+/.exec(said)![0], /ws:\S+/.exec(said)![0]];
}

test('serves the inspector, the guide and the echo, and refuses other requests', async () => {
  const [server, page, echo] = await startServer();
  const response = await fetch(page);
  assert.is(response.status, 200);
  assert.match(await response.text(), '<title>wsluice inspector</title>');
  assert.is((await fetch(`${page}else`)).status, 404);
  assert.match(await (await fetch(`${page}guide`)).text(), '<title>Overview · wsluice</title>');
  const socket = await dial(echo);
  await socket.send('hello');
  assert.is((await socket.readable.getReader().read()).value, 'hello');
  socket.close();
  const refused = await dial(`${echo}x`).catch(error => error);
  assert.is(refused.response.status, 404);
  server.kill('SIGTERM');
  assert.is((await end(server)).code, 0);
});

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  test(`closes all clients with 1001 and exits with 0 on ${signal}`, async () => {
    const [server, , echo] = await startServer();
    const socket = await dial(echo);
    const ended = end(server);
    server.kill(signal);
    assert.is((await ended).code, 0);
    assert.equal(await socket.closed, { closeCode: 1001, reason: 'the server is stopping' });
  });
}

test('reports an invalid PORT', async () => {
  for (const PORT of ['abc', '70000', '-1']) {
    const file = fileURLToPath(new URL('../../demo/server.js', import.meta.url));
    const { code, err } = await end(spawn(process.execPath, [file], { env: { ...process.env, PORT } }));
    assert.equal([code, err], [1, `PORT must be an integer from 0 to 65535 (got ${PORT})\n`]);
  }
});

test.run();
