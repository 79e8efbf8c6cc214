import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { WebSocket } from 'ws';
import { dial } from '../../lib/node.ts';
import { DemoProcess } from '../support/demo-process.ts';
import { listen } from '../support/node-servers.ts';

const test = suite('demo: upload');

interface UploadOptions {
  readonly id?: string;
  readonly retries?: number;
  readonly onProgress?: (bytes: number) => void;
  readonly signal?: AbortSignal;
}

/** Runs the script of the page with a WebSocket of ours, because Node 20 has none. */
async function pageScript(): Promise<(url: string, file: Blob, options?: UploadOptions) => Promise<string>> {
  globalThis.WebSocket ??= WebSocket as unknown as typeof globalThis.WebSocket;
  const url = new URL('../../../demo/upload/upload.js', import.meta.url);
  return (await import(url.href)).upload;
}

interface Started {
  readonly server: DemoProcess;
  readonly folder: string;
  readonly http: string;
  readonly ws: string;
}

async function start(): Promise<Started> {
  const folder = mkdtempSync(join(tmpdir(), 'upload-'));
  const server = new DemoProcess('upload/server', [folder]);
  const [[, http] = []] = await server.printed(/upload at (\S+)/);
  return { server, folder, http: http!, ws: http!.replace('http', 'ws').slice(0, -1) };
}

/** A connection to the server that the spec can cut. */
async function cuttable(port: number) {
  const sockets = new Set<Socket>();
  let connections = 0;
  const server = createServer(client => {
    connections += 1;
    const upstream = connect(port, '127.0.0.1');
    for (const socket of [client, upstream]) {
      sockets.add(socket.on('error', () => {}).on('close', () => sockets.delete(socket)));
    }
    client.pipe(upstream).pipe(client);
  });
  const cut = () => {
    for (const socket of sockets) socket.resetAndDestroy();
  };
  const url = `ws://127.0.0.1:${await listen(server)}`;
  const stop = () => {
    cut();
    server.close();
  };
  return { url, cut, count: () => connections, stop };
}

const content = new Uint8Array(12_000_000).map((_, i) => (i * i) >> 7);
const sha256 = createHash('sha256').update(content).digest('hex');

test('serves its page', async () => {
  const { server, folder, http } = await start();
  assert.match(await (await fetch(http)).text(), '<progress');
  assert.match((await fetch(`${http}upload.js`)).headers.get('content-type')!, 'javascript');
  assert.is((await fetch(`${http}other`)).status, 404);
  assert.is((await server.stop()).code, 0);
  rmSync(folder, { recursive: true });
});

test('completes an upload that is interrupted twice, without sending written bytes again', async () => {
  const upload = await pageScript();
  const { server, folder, ws } = await start();
  const way = await cuttable(Number(new URL(ws).port));
  const seen: number[] = [];
  let cuts = 0;
  const onProgress = (bytes: number) => {
    seen.push(bytes);
    if (cuts === 2 || bytes < (cuts + 1) * 1_500_000) return;
    cuts += 1;
    way.cut();
  };
  const id = 'abcdef01-2345';
  assert.is(await upload(way.url, new Blob([content]), { id, onProgress }), sha256);
  assert.is(cuts, 2);
  assert.ok(way.count() >= 3);
  assert.ok(readFileSync(join(folder, id)).equals(content));
  // Progress never goes back: each connection continues from the bytes on disk.
  assert.equal(
    seen,
    [...seen].sort((a, b) => a - b),
  );
  assert.is(seen[0], 0);
  assert.is(seen.at(-1), content.length);
  // The file is complete, so a second upload sends nothing.
  assert.is(await upload(way.url, new Blob([content]), { id }), sha256);
  assert.is(await upload(ws, new Blob([]), { id: '00000000' }), createHash('sha256').digest('hex'));
  way.stop();
  await server.stop();
  rmSync(folder, { recursive: true });
});

test('uploads the file as one message by a client of this library', async () => {
  const { server, folder, ws } = await start();
  const socket = await dial(`${ws}/upload/11111111?size=${content.length}`);
  const reader = socket.readable.getReader();
  assert.is((await reader.read()).value, '{"offset":0}');
  const sending = new Blob([content]).stream().pipeTo(socket.openMessage('binary'));
  let last: unknown;
  for (let { value, done } = await reader.read(); !done; { value, done } = await reader.read()) last = value;
  await sending;
  assert.equal(JSON.parse(String(last)), { offset: content.length, sha256 });
  assert.equal(await socket.closed, { closeCode: 1000, reason: '' });
  await server.stop();
  rmSync(folder, { recursive: true });
});

test('refuses invalid uploads', async () => {
  const { server, folder, ws } = await start();
  const status = async (path: string) => (await dial(ws + path).catch(error => error)).response.status;
  for (const path of [
    '/',
    '/upload/..%2f..%2fx?size=1',
    '/upload/11111111',
    '/upload/11111111?size=-1',
    '/upload/11111111?size=1e99',
  ]) {
    assert.is(await status(path), 400, path);
  }
  const first = await dial(`${ws}/upload/22222222?size=5`);
  assert.is(await status('/upload/22222222?size=5'), 409);
  first.send('text');
  assert.equal(await first.closed, { closeCode: 4000, reason: 'send binary messages' });
  const second = await dial(`${ws}/upload/22222222?size=5`);
  second.send(new Uint8Array(6));
  assert.equal(await second.closed, { closeCode: 4001, reason: 'more bytes than the size' });
  const stopping = await dial(`${ws}/upload/33333333?size=5`);
  await server.stop();
  assert.is((await stopping.closed).closeCode, 1001);
  rmSync(folder, { recursive: true });
});

test('ends on a signal, and fails after some retries', async () => {
  const upload = await pageScript();
  const { server, folder, ws } = await start();
  const abort = new AbortController();
  const onProgress = () => abort.abort();
  const failed = await upload(ws, new Blob([content]), { signal: abort.signal, onProgress }).catch(
    error => error,
  );
  assert.match(failed.message, 'the connection was closed');
  await server.stop();
  writeFileSync(join(folder, 'done'), '');
  assert.match((await upload(ws, new Blob([content]), { retries: 1 }).catch(error => error)).message, '1006');
  rmSync(folder, { recursive: true });
});

test.run();
