// For every runtime: uses only wsluice and the types that every runtime declares.

import {
  acceptWebSocket,
  type ByteDuplex,
  CloseCode,
  connectWebSocket,
  HandshakeError,
  type OpenWebSocket,
  WebSocket,
  WebSocketError,
  WebSocketStream,
} from 'wsluice';
import * as ponyfill from 'wsluice/ponyfill';
import { FrameDecoderStream, WebSocketDecoderStream } from 'wsluice/protocol';
import { duplexPair, every, RechunkStream } from 'wsluice/testing';

const [left, right] = duplexPair({ capacityBytes: 1024 });

export async function echo(socket: OpenWebSocket): Promise<number> {
  const reader = socket.readable.getReader();
  const { value, done } = await reader.read();
  if (!done && typeof value !== 'string') {
    const bytes: Uint8Array<ArrayBuffer> = value;
    const writer = socket.writable.getWriter();
    await writer.write(bytes);
    await writer.write(bytes.buffer);
    await writer.write(new DataView(bytes.buffer));
  }
  socket.close({ closeCode: CloseCode.NormalClosure, reason: 'bye' });
  const { closeCode, reason } = await socket.closed;
  return closeCode + reason.length + (await socket.ping());
}

export async function both(): Promise<void> {
  const { signal } = new AbortController();
  const client = connectWebSocket(left, 'ws://localhost/', {
    protocols: ['chat'],
    headers: { 'X-A': 'b' },
    deflate: true,
    signal,
  });
  const server = acceptWebSocket(right, {
    protocols: offered => offered[0],
    origins: ['https://example.com'],
  });
  await Promise.all([echo(await client), echo(await server)]);
}

export async function events(duplex: ByteDuplex): Promise<string[]> {
  const texts: string[] = [];
  const stream = duplex.readable
    .pipeThrough(new RechunkStream(every(3)))
    .pipeThrough(new WebSocketDecoderStream({ role: 'client' }));
  const reader = stream.getReader();
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return texts;
    if (value.type === 'text') texts.push(value.data);
  }
}

export const frames = left.readable.pipeThrough(new FrameDecoderStream({ role: 'server' }));

export function told(error: unknown): number | null | undefined {
  if (error instanceof HandshakeError) return error.response?.status;
  return error instanceof WebSocketError ? error.closeCode : undefined;
}

export const stream = new WebSocketStream('ws://localhost/', { protocols: ['chat'] }, (url, options) =>
  connectWebSocket(left, url, options),
);

export const socket = new WebSocket('ws://localhost/', 'chat', (url, options) =>
  connectWebSocket(left, url, options),
);
socket.onmessage = ({ data }) => void (typeof data === 'string' ? data.length : data instanceof ArrayBuffer);
socket.addEventListener('close', ({ code, reason, wasClean }) => [code + 1, reason.length, wasClean]);
socket.addEventListener('error', ({ message }) => message.length, { once: true });
socket.addEventListener('open', event => event.type.length);
socket.send(new Uint8Array(1));
export const state: number = socket.readyState + WebSocket.OPEN + socket.CLOSED;
export const fromAccepted = async (duplex: ByteDuplex): Promise<WebSocket> =>
  WebSocket.from(await acceptWebSocket(duplex));

export const own: ReadableStream<string> = new ponyfill.ReadableStream<string>();
