import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { runCommand } from '../../lib/command/run-command.ts';
import { dial } from '../../lib/hosts/dial.ts';
import { FakeProcess, runWith } from '../support/fake-process.ts';
import { cert, key } from '../support/localhost-certificate.ts';

const test = suite('listen');

interface Started {
  readonly io: FakeProcess;
  readonly url: string;
  readonly code: Promise<number>;
}

async function start(args: readonly string[], isTTY = false): Promise<Started> {
  const io = new FakeProcess(isTTY);
  const code = runCommand(['--listen', '0', ...args], io);
  const [, url] = await io.printed(/listening at (\S+)/);
  return { io, url: url!, code };
}

test('prints what clients send, and sends each line to all of them', async () => {
  const { io, url, code } = await start([]);
  io.stdin.write('waits for a client\n');
  const first = await dial(url);
  const reader = first.readable.getReader();
  assert.is((await reader.read()).value, 'waits for a client');
  const second = await dial(`${url}second`);
  await io.printed(/#2 connected: \/second\n/);
  io.stdin.write('for both\n');
  assert.is((await reader.read()).value, 'for both');
  assert.is((await second.readable.getReader().read()).value, 'for both');
  await first.send('from the first');
  await io.printed(/^from the first\n/m);
  await second.send(new Uint8Array([1]));
  await io.printed(/^01\n/m);
  first.close({ closeCode: 4000 });
  await io.printed(/#1 closed: 4000\n/);
  io.signals.emit('SIGTERM');
  assert.equal(await second.closed, { closeCode: 1001, reason: '' });
  assert.is(await code, 0);
});

test('--once: accepts one client, ends with it, and has its exit code', async () => {
  for (const [closeCode, expected] of [
    [1000, 0],
    [4000, 1],
  ] as const) {
    const { io, url, code } = await start(['--once', '-j']);
    const client = await dial(url);
    await io.printed(/the client connected/);
    const other = await dial(url).catch(error => error);
    assert.is(other.response.status, 503);
    client.send('hello');
    client.close({ closeCode });
    assert.is(await code, expected);
    assert.is(
      io.out,
      `{"type":"text","data":"hello"}\n{"type":"close","closeCode":${closeCode},"reason":""}\n`,
    );
  }
});

test('--echo: sends back every message', async () => {
  const { io, url, code } = await start(['--echo', '--once', '--compress']);
  const client = await dial(url);
  assert.match(client.extensions, 'permessage-deflate');
  const reader = client.readable.getReader();
  for (const message of ['text', new Uint8Array([1, 2, 3]), 'x'.repeat(100_000)]) {
    client.send(message);
    assert.equal((await reader.read()).value, message);
  }
  client.terminate();
  assert.is(await code, 1);
  assert.match(io.err, /closed: 1006/);
});

test('--echo: drops messages to a client that has gone', async () => {
  const { io, url, code } = await start(['--echo']);
  const client = await dial(url);
  // It prints before it sends back, and waits for its output.
  io.stdout.pause();
  client.send('x'.repeat(100_000));
  client.close({ closeCode: 1000 });
  await client.closed;
  io.stdout.resume();
  io.signals.emit('SIGINT');
  assert.is(await code, 0);
});

test('uses the options for protocols, origins and headers', async () => {
  const { io, url, code } = await start(['-s', 'chat', '-o', 'https://example.com', '-H', 'X-A: b']);
  const client = await dial(url, { protocols: ['other', 'chat'], origin: 'https://example.com' });
  assert.is(client.protocol, 'chat');
  assert.is(client.response.headers.get('X-A'), 'b');
  const failure = await dial(url, { origin: 'https://example.org' }).catch(error => error);
  assert.is(failure.response.status, 403);
  await io.printed(/#2 refused: /);
  const plain = await fetch(url.replace('ws', 'http'));
  assert.equal([plain.status, await plain.text()], [426, 'this server speaks WebSocket only\n']);
  io.signals.emit('SIGINT');
  assert.is(await code, 0);
  const any = await start(['-o', 'any']);
  await dial(any.url, { origin: 'https://example.org' });
  any.io.signals.emit('SIGINT');
  await any.code;
});

test('listens with TLS, on IPv6, and on a Unix socket', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'listen-'));
  const [certPath, keyPath, path] = [join(folder, 'cert'), join(folder, 'key'), join(folder, 'socket')];
  writeFileSync(certPath, cert);
  writeFileSync(keyPath, key);
  const secure = await start(['--cert', certPath, '--key', keyPath]);
  assert.match(secure.url, /^wss:/);
  const { code, out } = await runWith([secure.url, '-k', '-w', '0.1'], 'hello\n');
  assert.equal([code, out], [0, '']);
  await secure.io.printed(/^hello\n/m);
  secure.io.signals.emit('SIGINT');
  await secure.code;
  const io = new FakeProcess();
  const running = runCommand(['--listen', `unix:${path}`, '--echo'], io);
  await io.printed(/listening at unix:/);
  const local = await runWith(['ws://localhost/', '--unix', path, '-n', '1'], 'hello\n');
  assert.equal(local, { code: 0, out: 'hello\n', err: '' });
  io.signals.emit('SIGINT');
  await running;
  assert.not.ok(existsSync(path));
  rmSync(folder, { recursive: true });
  const six = new FakeProcess();
  const onSix = runCommand(['--listen', '[::1]:0'], six);
  const [, reason] = await six.printed(/listening at ws:\/\/\[::1\]:\d+\/|(EAFNOSUPPORT|EADDRNOTAVAIL)/);
  if (reason === undefined) six.signals.emit('SIGINT');
  await onSix;
});

test('exits with 3 if it cannot listen, with 2 if it cannot send a line', async () => {
  const { io, url, code } = await start([]);
  const taken = await runWith(['--listen', new URL(url).port]);
  assert.is(taken.code, 3);
  assert.match(taken.err, 'EADDRINUSE');
  io.signals.emit('SIGINT');
  await code;
  const hex = await start(['-b', 'hex']);
  hex.io.stdin.write('no hex\n');
  await dial(hex.url);
  assert.is(await hex.code, 2);
  assert.match(hex.io.err, 'line 1: a binary message must be hex');
});

test('continues after the end of its input, and ends with the reader of its output', async () => {
  const { io, url, code } = await start(['-n', '1', '--ping', '0.05', '--frames']);
  io.stdin.end();
  const client = await dial(url);
  await io.printed(/#1 server ping/);
  await client.send('only one');
  assert.equal(await client.closed, { closeCode: 1000, reason: '' });
  io.stdout.destroy(new Error('EPIPE'));
  assert.is(await code, 0);
});

test('shows a prompt on a terminal, on which Ctrl-D stops the server', async () => {
  const { io, url, code } = await start([], true);
  const client = await dial(url);
  await client.send('hello');
  await io.printed(/#1 < hello\n/);
  io.stdin.write('answer\r');
  assert.is((await client.readable.getReader().read()).value, 'answer');
  io.stdin.write('\x04');
  assert.is(await code, 0);
});

test.run();
