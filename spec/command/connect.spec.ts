import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { runCommand } from '../../lib/command/run-command.ts';
import { type UpgradeOptions, upgrade } from '../../lib/hosts/upgrade.ts';
import type { OpenWebSocket } from '../../lib/sockets/open-websocket.ts';
import { FakeProcess, runWith } from '../support/fake-process.ts';
import { listen } from '../support/node-servers.ts';

const test = suite('connect');

interface TestServer {
  readonly url: string;
  readonly requests: readonly IncomingMessage[];
  /** Destroys every connection, and waits until they have ended. */
  stop(): Promise<void>;
}

async function serve(
  use: (socket: OpenWebSocket) => unknown,
  options: UpgradeOptions = {},
): Promise<TestServer> {
  const requests: IncomingMessage[] = [];
  const server = createServer();
  server.on('upgrade', (request, tcp, head) => {
    requests.push(request);
    upgrade(request, tcp, head, options).then(use, () => {});
  });
  const connections: Socket[] = [];
  server.on('connection', connection => connections.push(connection));
  const stop = async () => {
    for (const connection of connections) connection.destroy();
    await new Promise(resolve => server.close(resolve));
  };
  return { url: `ws://127.0.0.1:${await listen(server)}/`, requests, stop };
}

const echo = (socket: OpenWebSocket) => socket.readable.pipeTo(socket.writable).catch(() => {});

test('sends each line and prints each message, then waits for silence and closes', async () => {
  const { url, requests, stop } = await serve(echo, { protocols: ['chat'] });
  const lines = Array.from({ length: 2000 }, (_, i) => `line ${i} é\n`).join('');
  const args = [
    url,
    '-n',
    '2000',
    '-s',
    'chat',
    '-u',
    'me:x',
    '-H',
    'X-A: b',
    '-o',
    url.replace('ws', 'http').slice(0, -1),
  ];
  assert.equal(await runWith(args, lines), { code: 0, out: lines, err: '' });
  const { headers } = requests[0]!;
  assert.equal([headers['x-a'], headers['sec-websocket-protocol']], ['b', 'chat']);
  assert.equal(await runWith([url, '-w', '0.1'], ''), { code: 0, out: '', err: '' });
  assert.equal(await runWith([url, '-n', '1'], 'no line end'), { code: 0, out: 'no line end\n', err: '' });
  await stop();
});

test('waits again after each message', async () => {
  const { url, stop } = await serve(async socket => {
    for await (const message of socket.readable) {
      for (let i = 0; i < 4; i += 1) {
        await new Promise(resolve => setTimeout(resolve, 400));
        socket.send(message);
      }
    }
  });
  assert.equal(await runWith([url, '-w', '1.2'], 'late'), { code: 0, out: 'late\n'.repeat(4), err: '' });
  await stop();
});

test('closes after some messages, or when the server closes before', async () => {
  const { url, stop } = await serve(async socket => {
    for (const message of ['a', 'b', 'c']) socket.send(message);
  });
  assert.equal(await runWith([url, '-n', '2'], undefined), { code: 0, out: 'a\nb\n', err: '' });
  await stop();
  const closing = await serve(async socket => {
    socket.send(new Uint8Array([0, 255]));
    socket.close();
  });
  assert.equal(await runWith([closing.url, '-w', 'Infinity'], undefined), {
    code: 0,
    out: '00ff\n',
    err: '',
  });
  await closing.stop();
});

test('exits with 1 after any other end, and describes it', async () => {
  const ends: ((socket: OpenWebSocket) => void)[] = [
    socket => socket.close({ closeCode: 4000, reason: '\x1b[2J\u009b' }),
    socket => socket.terminate(),
    socket => socket.close({ closeCode: 1001 }),
  ];
  const { url, stop } = await serve(socket => ends.shift()!(socket));
  assert.equal(await runWith([url], undefined), {
    code: 1,
    out: '',
    err: 'closed: 4000 \\u001b[2J\\u009b\n',
  });
  const cut = await runWith([url], undefined);
  assert.is(cut.code, 1);
  assert.match(cut.err, /^closed: 1006 \(.+\)\n$/);
  const json = await runWith([url, '-j'], undefined);
  assert.equal(json, { code: 1, out: '{"type":"close","closeCode":1001,"reason":""}\n', err: '' });
  await stop();
});

test('exits with 3 if nothing opens, with 2 on invalid arguments', async () => {
  const { url, stop } = await serve(() => {}, {
    authorize: () => ({ status: 401, body: 'who\x1b are you?\nsecond line' }),
  });
  const refused = await runWith([url]);
  assert.is(refused.code, 3);
  assert.match(refused.err, /^wsluice: .*status 401.*: who\\u001b are you\?\n$/);
  await stop();
  const nowhere = await runWith(['ws://127.0.0.1:1/']);
  assert.is(nowhere.code, 3);
  assert.match(nowhere.err, /^wsluice: .*ECONNREFUSED.*\n$/);
  const header = await runWith([url, '-H', 'Upgrade: x']);
  assert.equal(
    [header.code, header.err],
    [2, 'wsluice: headers must not have Upgrade, which belongs to the handshake\n'],
  );
  const output = await runWith([url, '-O', '/nowhere/file']);
  assert.is(output.code, 2);
  assert.match(output.err, '--output: ENOENT');
});

test('exits with 2 on input that cannot be sent, and names its line', async () => {
  const { url, stop } = await serve(echo);
  const result = await runWith([url, '-b', 'hex', '-w', '0.2'], '00\nzz\n01\n');
  assert.is(result.code, 2);
  assert.match(result.err, 'wsluice: line 2: a binary message must be hex\n');
  const close = await runWith([url, '--slash'], '/close 99\n');
  assert.equal([close.code, close.err.slice(0, 16)], [2, 'wsluice: line 1:']);
  const file = await runWith([url, '-f', '/nowhere/file']);
  assert.is(file.code, 2);
  assert.match(file.err, /^wsluice: --file: ENOENT/);
  await stop();
});

test('sends files, and writes received messages to a file unchanged', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'connect-'));
  const [from, to] = [join(folder, 'from'), join(folder, 'to')];
  const content = new Uint8Array(500_000).map((_, i) => i * 7);
  writeFileSync(from, content);
  const { url, stop } = await serve(echo);
  const args = [url, '-f', from, '-O', to, '-n', '1'];
  assert.equal(await runWith(args, undefined), { code: 0, out: '', err: '' });
  assert.ok(readFileSync(to).equals(content));
  writeFileSync(from, 'é'.repeat(100_000));
  const text = await runWith([url, '-f', from, '--text', '-n', '1'], undefined);
  assert.is(text.out, `${'é'.repeat(100_000)}\n`);
  await stop();
  rmSync(folder, { recursive: true });
});

test('closes and exits with 1 if the file cannot be written', async () => {
  const { url, stop } = await serve(echo);
  const result = await runWith([url, '-O', '/dev/full', '-w', 'Infinity'], 'line\n'.repeat(100));
  assert.is(result.code, 1);
  assert.match(result.err, 'ENOSPC');
  await stop();
});

test('reads and prints JSON, with frames and pongs', async () => {
  const { url, stop } = await serve(echo);
  const input = ['{"type":"ping"}', '{"type":"text","data":"a"}', '{"type":"binary","base64":"AP8="}', ''];
  const { code, out, err } = await runWith([url, '-j', '--frames', '-n', '2'], input.join('\n'));
  assert.equal([code, err], [0, '']);
  const lines = out
    .trim()
    .split('\n')
    .map(line => JSON.parse(line));
  const messages = lines.filter(({ type }) => type === 'text' || type === 'binary');
  assert.equal(messages, [
    { type: 'text', data: 'a' },
    { type: 'binary', base64: 'AP8=' },
  ]);
  assert.type(lines.find(({ type }) => type === 'pong').ms, 'number');
  const frames = lines.filter(({ type }) => type === 'frame').map(({ from, opcode }) => `${from} ${opcode}`);
  assert.equal(frames.filter(frame => frame.startsWith('client')).sort(), [
    'client binary',
    'client close',
    'client ping',
    'client text',
  ]);
  assert.equal(lines.at(-1), { type: 'close', closeCode: 1000, reason: '' });
  await stop();
});

test('compresses, shows frames on standard error, pings at an interval', async () => {
  const { url, stop } = await serve(echo, { deflate: true });
  const args = [url, '--compress', '--frames', '--ping', '0.1', '-w', '1.5'];
  const { code, out, err } = await runWith(args, `${'a'.repeat(1000)}\n`);
  assert.equal([code, out], [0, `${'a'.repeat(1000)}\n`]);
  assert.match(err, /client text +fin rsv1 +\d\d? bytes/);
  assert.match(err, /pong after \d+\.\d ms\n/);
  const quiet = await runWith([url, '-q', '--ping', '0.1', '-w', '1'], 'x');
  assert.equal(quiet, { code: 0, out: 'x\n', err: '' });
  await stop();
});

test('reports a ping without a pong', async () => {
  const { url, stop } = await serve(socket => setTimeout(() => socket.close({ closeCode: 1000 }), 300), {
    autoPong: false,
  });
  const { code, err } = await runWith([url, '--slash'], '/ping x\n');
  assert.equal([code, err.startsWith('no pong: ')], [0, true]);
  await stop();
});

test('stops reading input that the peer does not take, and resumes', async () => {
  let socket: OpenWebSocket | undefined;
  const { url, stop } = await serve(opened => (socket = opened));
  const io = new FakeProcess();
  const running = runCommand([url, '-w', '0.2'], io);
  let taken = 0;
  const line = `${'x'.repeat(65_535)}\n`;
  const feeding = (async () => {
    for (let i = 0; i < 320; i += 1) {
      if (!io.stdin.write(line)) await new Promise(resolve => io.stdin.once('drain', resolve));
      taken += 1;
    }
    io.stdin.end();
  })();
  await new Promise(resolve => setTimeout(resolve, 300));
  assert.ok(taken < 200, `${taken} lines of 64 KiB were taken`);
  let received = 0;
  for await (const message of socket!.readable) received += message.length;
  assert.is(received, 320 * 65_535);
  await feeding;
  assert.is(await running, 0);
  await stop();
});

test('holds the server back while the output is not read', async () => {
  let sent = 0;
  const { url, stop } = await serve(async socket => {
    const message = 'x'.repeat(65_535);
    for (let i = 0; i < 320; i += 1) {
      await socket.send(message);
      sent += 1;
    }
    socket.close({ closeCode: 1000 });
  });
  const io = new FakeProcess();
  const stdout = new PassThrough();
  // There is no silence while output is pending.
  io.stdin.end();
  const running = runCommand([url, '-w', '1'], Object.assign(Object.create(io), { stdout }));
  await new Promise(resolve => setTimeout(resolve, 1500));
  assert.ok(sent < 200, `${sent} messages of 64 KiB were sent`);
  let bytes = 0;
  stdout.on('data', chunk => (bytes += chunk.length));
  assert.is(await running, 0);
  assert.is(bytes, 320 * 65_536);
  await stop();
});

test('ends cleanly when the output has lost its reader', async () => {
  const gone = new FakeProcess();
  const waiting = await serve(echo, {
    authorize: () => new Promise(resolve => setTimeout(resolve, 50)),
  });
  const opening = runCommand([waiting.url, '-w', 'Infinity'], gone);
  gone.stdout.destroy(new Error('EPIPE'));
  assert.is(await opening, 0);
  await waiting.stop();
  const { url, stop } = await serve(echo);
  const io = new FakeProcess();
  const running = runCommand([url, '-w', 'Infinity'], io);
  io.stdin.write('line\n');
  await io.printed(/line/);
  io.stdout.destroy(new Error('EPIPE'));
  assert.is(await running, 0);
  const full = new FakeProcess();
  const stdout = new PassThrough({ highWaterMark: 1 });
  const blocked = runCommand([url, '-w', 'Infinity'], Object.assign(Object.create(full), { stdout }));
  full.stdin.write('line\n');
  while (!stdout.writableNeedDrain) await new Promise(resolve => setTimeout(resolve, 5));
  stdout.destroy(new Error('EPIPE'));
  assert.is(await blocked, 0);
  await stop();
});

for (const [signal, code] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const) {
  test(`closes on ${signal}, and exits with ${code}`, async () => {
    let socket: OpenWebSocket | undefined;
    const { url, stop } = await serve(opened => {
      socket = opened;
      socket.send('hello');
      opened.discardIncoming();
    });
    const io = new FakeProcess();
    const running = runCommand([url], io);
    await io.printed(/hello/);
    io.signals.emit(signal);
    io.stdin.end('too late\n');
    assert.is(await running, code);
    assert.equal(await socket!.closed, { closeCode: 1000, reason: '' });
    assert.is(io.signals.listenerCount('SIGINT') + io.signals.listenerCount('SIGTERM'), 0);
    await stop();
  });
}

test('shows a prompt on a terminal, which reports mistakes and closes on Ctrl-D', async () => {
  const { url, stop } = await serve(echo, { protocols: ['chat'], deflate: true });
  const io = new FakeProcess(true);
  const running = runCommand([url, '--slash', '-s', 'chat', '--compress'], io);
  await io.printed(/connected to ws:.*, protocol chat, permessage-deflate.*; Ctrl-D closes\n/);
  io.stdin.write('hello\r');
  await io.printed(/< hello\n/);
  io.stdin.write('/nonsense\r');
  await io.printed(/commands are .*\n/);
  io.stdin.write('/ping\r');
  await io.printed(/pong after/);
  io.stdin.write('\x04');
  assert.is(await running, 0);
  await stop();
});

test('closes on Ctrl-C at the prompt, with the exit code of SIGINT', async () => {
  const { url, stop } = await serve(echo);
  const io = new FakeProcess(true);
  const running = runCommand([url], io);
  await io.printed(/connected/);
  io.stdin.write('\x03');
  assert.is(await running, 130);
  await stop();
});

test('ends the prompt with the WebSocket', async () => {
  const { url, stop } = await serve(echo);
  const io = new FakeProcess(true);
  const running = runCommand([url, '--slash'], io);
  await io.printed(/connected/);
  io.stdin.write('/close 4001 bye\r');
  // Our own Close is a clean end.
  assert.is(await running, 0);
  await stop();
});

test('exits with 1 if lines could not be sent any more', async () => {
  // The server closes at the first part of a message that takes much longer to send.
  const closeAtFirst = (socket: OpenWebSocket) => {
    socket.subscribe(({ type }) => type === 'text' && socket.close({ closeCode: 1000 }));
  };
  const { url, stop } = await serve(closeAtFirst, { deliver: 'parts', maxMessageBytes: Infinity });
  const io = new FakeProcess();
  const running = runCommand([url], io);
  io.stdin.write(`${'x'.repeat(20_000_000)}\n`);
  assert.is(await running, 1);
  assert.match(io.err, /^closed: 1000 \(not everything was sent\)\n$/);
  await stop();
});

test.run();
