import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type Outgoing, outgoingOf, send } from '../../lib/command/outgoing.ts';
import { acceptWebSocket } from '../../lib/sockets/accept-websocket.ts';
import { connectWebSocket } from '../../lib/sockets/connect-websocket.ts';
import type { OpenWebSocket } from '../../lib/sockets/open-websocket.ts';
import { duplexPair } from '../../lib/testing/duplex-pair.ts';
import { settingsOf } from '../support/fake-process.ts';
import { utf8 } from '../support/utf8.ts';

const test = suite('outgoing');

const bytes = (...values: number[]) => new Uint8Array(values);
const read = (line: string, ...args: string[]) => outgoingOf(line, settingsOf(...args));

test('parses a line as text, or as binary in an encoding', () => {
  assert.equal(read('/ping'), { type: 'text', data: '/ping' });
  assert.equal(read('00 fF', '-b', 'hex'), { type: 'binary', data: bytes(0, 255) });
  assert.equal(read('AP8=', '-b', 'base64'), { type: 'binary', data: bytes(0, 255) });
  assert.equal(read('_-8', '-b', 'base64'), { type: 'binary', data: bytes(255, 239) });
  assert.equal(read('', '-b', 'base64'), { type: 'binary', data: bytes() });
  for (const line of ['0', 'zz', '0 0 0']) {
    assert.throws(() => read(line, '-b', 'hex'), /a binary message must be hex/);
  }
  for (const line of ['A', '====', 'AP8===', 'A*==']) {
    assert.throws(() => read(line, '-b', 'base64'), /a binary message must be base64/, line);
  }
});

test('parses lines that begin with a slash as commands, if enabled', () => {
  assert.equal(read('/ping', '--slash'), { type: 'ping', data: bytes() });
  assert.equal(read('/pong a b', '--slash'), { type: 'pong', data: utf8('a b') });
  assert.equal(read('/close', '--slash'), { type: 'close', info: { closeCode: undefined, reason: '' } });
  assert.equal(read('/close 4000 see you', '--slash'), {
    type: 'close',
    info: { closeCode: 4000, reason: 'see you' },
  });
  assert.equal(read('/file a b', '--slash'), { type: 'file', path: 'a b', isText: false });
  assert.equal(read('plain', '--slash'), { type: 'text', data: 'plain' });
  assert.throws(() => read('/exit', '--slash'), /commands are \/ping/);
});

test('parses a line as a JSON object, if enabled', () => {
  assert.equal(read('{"type":"text","data":"a"}', '-j'), { type: 'text', data: 'a' });
  assert.equal(read('{"type":"binary","base64":"AP8="}', '-j'), { type: 'binary', data: bytes(0, 255) });
  assert.equal(read('{"type":"ping","data":"a"}', '-j'), { type: 'ping', data: utf8('a') });
  assert.equal(read('{"type":"pong"}', '-j'), { type: 'pong', data: bytes() });
  assert.equal(read('{"type":"close","closeCode":4000,"reason":"b"}', '-j'), {
    type: 'close',
    info: { closeCode: 4000, reason: 'b' },
  });
  assert.equal(read('{"type":"close"}', '-j'), { type: 'close', info: { closeCode: undefined, reason: '' } });
  assert.throws(() => read('{', '-j'), /JSON/);
  for (const line of ['1', 'null']) assert.throws(() => read(line, '-j'), /a line must be a JSON object/);
  assert.throws(() => read('{"a":1}', '-j'), /type must be text, binary, ping, pong or close/);
  assert.throws(() => read('{"type":"text","data":1}', '-j'), /data must be a string/);
  assert.throws(() => read('{"type":"binary"}', '-j'), /base64 must be a string/);
});

async function sockets(): Promise<[OpenWebSocket, OpenWebSocket]> {
  const [here, there] = duplexPair();
  return await Promise.all([connectWebSocket(here, 'ws://localhost/'), acceptWebSocket(there)]);
}

test('sends everything in order', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'outgoing-'));
  const path = join(folder, 'file');
  writeFileSync(path, 'é'.repeat(100_000));
  const [client, server] = await sockets();
  const items: Outgoing[] = [
    { type: 'text', data: 'a' },
    { type: 'binary', data: bytes(1) },
    { type: 'ping', data: utf8('x') },
    { type: 'ping', data: bytes() },
    { type: 'pong', data: utf8('y') },
    { type: 'file', path, isText: false },
    { type: 'file', path, isText: true },
    { type: 'close', info: { closeCode: 4000 } },
  ];
  const trips: Promise<number>[] = [];
  const events = (async () => {
    const seen: unknown[][] = [];
    for await (const { type, ...event } of server.events) {
      const data = 'data' in event ? event.data : undefined;
      seen.push([type, type === 'ping' ? data!.length : (data?.length ?? 0) > 9 ? data!.length : data]);
    }
    return seen;
  })();
  for (const item of items) await send(client, item, trip => trips.push(trip));
  const seen = await events;
  // Control frames may overtake messages.
  const isControl = ([type]: unknown[]) => type === 'ping' || type === 'pong';
  assert.equal(seen.filter(isControl).sort(), [
    ['ping', 1],
    ['ping', 8],
    ['pong', utf8('y')],
  ]);
  assert.equal(
    seen.filter(event => !isControl(event)),
    [
      ['text', 'a'],
      ['binary', bytes(1)],
      ['binary', 200_000],
      ['text', 100_000],
      ['close', undefined],
      ['closed', undefined],
    ],
  );
  for (const trip of trips) assert.type(await trip, 'number');
  assert.is(trips.length, 2);
  rmSync(folder, { recursive: true });
});

test('waits for a peer that does not read', async () => {
  const [client, server] = await sockets();
  const large: Outgoing = { type: 'text', data: 'x'.repeat(300_000) };
  const noPing = () => assert.unreachable();
  await send(client, { type: 'text', data: 'small' }, noPing);
  let sent = 0;
  const sending = (async () => {
    for (let i = 0; i < 4; i += 1) {
      await send(client, large, noPing);
      sent += 1;
    }
  })();
  await new Promise(resolve => setTimeout(resolve, 50));
  assert.ok(sent < 4, `${sent}`);
  server.discardIncoming();
  await sending;
  client.close();
});

test('rejects a file that is not text, or does not exist', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'outgoing-'));
  const path = join(folder, 'file');
  writeFileSync(path, bytes(0xff));
  const [client] = await sockets();
  const failure = (item: Outgoing) =>
    send(client, item, () => {}).then(
      () => '',
      (error: Error) => error.message,
    );
  assert.match(await failure({ type: 'file', path, isText: true }), /utf-8/i);
  assert.match(await failure({ type: 'file', path: join(folder, 'none'), isText: false }), 'ENOENT');
  client.terminate();
  rmSync(folder, { recursive: true });
});

test.run();
