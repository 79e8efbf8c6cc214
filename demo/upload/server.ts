// Resumable uploads: `node build/demo/upload/server.js FOLDER`, then open the page whose address it prints.
//
// The client connects to /upload/ID?size=BYTES. The server sends the number of bytes that it already has: {"offset":N}. The client
// sends the rest in binary messages of any length. The server reports the number of written bytes from time to time in the same way.
// Its last message is {"offset":SIZE,"sha256":"…"}. If the connection is lost, the client connects again with the same ID.
//
// In your own program, import from 'wsluice/node' and 'wsluice'.

import { createHash } from 'node:crypto';
import { createReadStream, readFileSync } from 'node:fs';
import { type FileHandle, mkdir, open } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { type OpenWebSocket, SocketGroup, WebSocketError } from '../../lib/index.ts';
import { upgrade } from '../../lib/node.ts';

const [folder = 'uploads'] = process.argv.slice(2);
const maxFileBytes = 10 * 2 ** 30;
/** The number of written bytes after which the server reports the progress. */
const reportBytes = 2 ** 20;

const pages: Readonly<Record<string, { readonly type: string; readonly file: string }>> = {
  '/': { type: 'text/html; charset=utf-8', file: 'page.html' },
  '/upload.js': { type: 'text/javascript; charset=utf-8', file: 'upload.js' },
};

/** The IDs of the files that are being uploaded. Each may have one connection. */
const busy = new Set<string>();
const sockets = new SocketGroup();

interface Target {
  readonly id: string;
  readonly size: number;
}

/** Returns the file that a request is for. The client chooses the ID, so it must not be able to name a path outside the folder. */
function targetOf(url = ''): Target | undefined {
  const { pathname, searchParams } = new URL(url, 'http://localhost');
  const [, id] = /^\/upload\/([\da-f-]{8,64})$/.exec(pathname) ?? [];
  const size = Number(searchParams.get('size') || NaN);
  return id !== undefined && Number.isInteger(size) && size >= 0 && size <= maxFileBytes
    ? { id, size }
    : undefined;
}

async function receive(socket: OpenWebSocket, { id, size }: Target): Promise<void> {
  const path = join(folder, id);
  const file = await open(path, 'a');
  try {
    let { size: offset } = await file.stat();
    let reported = offset;
    await socket.send(JSON.stringify({ offset }));
    for await (const part of partsUntil(socket, size - offset)) {
      // While the disk is busy, the client has to wait.
      await write(file, part);
      offset += part.length;
      if (offset - reported < reportBytes && offset < size) continue;
      reported = offset;
      if (offset < size) socket.send(JSON.stringify({ offset }));
    }
    await file.sync();
    if (offset === size) await socket.send(JSON.stringify({ offset, sha256: await sha256(path) }));
    socket.close({ closeCode: 1000 });
  } finally {
    await file.close();
  }
}

/** Yields the received bytes in parts, until `bytes` bytes have arrived or the client has closed the WebSocket. */
async function* partsUntil(socket: OpenWebSocket, bytes: number): AsyncGenerator<Uint8Array> {
  if (bytes === 0) return;
  let left = bytes;
  for await (const message of socket.messages.values({ preventCancel: true })) {
    if (message.type === 'text')
      throw new WebSocketError('a text message', { closeCode: 4000, reason: 'send binary messages' });
    for await (const part of message.readable as ReadableStream<Uint8Array>) {
      left -= part.length;
      if (left < 0)
        throw new WebSocketError('too many bytes', { closeCode: 4001, reason: 'more bytes than the size' });
      yield part;
    }
    if (left === 0) return;
  }
}

/** Writes all bytes. One call of `file.write` may write only some of them. */
async function write(file: FileHandle, part: Uint8Array): Promise<void> {
  for (let at = 0; at < part.length; ) at += (await file.write(part, at)).bytesWritten;
}

async function sha256(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk);
  return hash.digest('hex');
}

await mkdir(folder, { recursive: true });
const server = createServer((request, response) => {
  const page = pages[request.url ?? ''];
  if (page === undefined) return void response.writeHead(404).end();
  response.writeHead(200, { 'Content-Type': page.type });
  response.end(readFileSync(new URL(`../../../demo/upload/${page.file}`, import.meta.url)));
});

server.on('upgrade', async (request, tcp, head) => {
  const target = targetOf(request.url);
  let isOurs = false;
  const authorize = () => {
    if (target === undefined) return { status: 400, body: 'the path must be /upload/ID?size=BYTES\n' };
    if (busy.has(target.id)) return { status: 409, body: 'another connection is uploading this file\n' };
    busy.add(target.id);
    isOurs = true;
    return undefined;
  };
  let socket: OpenWebSocket | undefined;
  try {
    socket = await upgrade(request, tcp, head, { authorize, deliver: 'parts' });
    sockets.add(socket);
    await receive(socket, target!);
  } catch (error) {
    const { closeCode, reason } = error as WebSocketError;
    const isChosen = error instanceof WebSocketError && closeCode !== null && closeCode >= 4000;
    socket?.close(isChosen ? { closeCode, reason } : { closeCode: 1011 });
  } finally {
    if (isOurs) busy.delete(target!.id);
  }
});

server.listen(Number(process.env.PORT ?? 8080), '127.0.0.1', () => {
  console.log(`upload at http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
});

process.once('SIGTERM', async () => {
  server.close();
  await sockets.drain({ reason: 'the server is stopping', timeoutMs: 3000 });
  server.closeAllConnections();
});
