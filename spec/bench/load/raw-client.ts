// Opens WebSockets as TCP sockets: performs the opening handshake, and leaves the frames to the caller.

import { connect, type Socket } from 'node:net';

export interface RawClient {
  readonly socket: Socket;
  /** The bytes that followed the head of the response. */
  readonly rest: Buffer;
}

function requestHead(port: number, deflate: boolean): string {
  const extension = deflate ? 'Sec-WebSocket-Extensions: permessage-deflate\r\n' : '';
  return (
    `GET / HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
    `Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n${extension}\r\n`
  );
}

/**
 * Opens a WebSocket. With `deflate`, the server must accept compression with context takeover in both directions.
 *
 * @throws Error if the server refuses, or the connection ends before the response
 */
export async function openRaw(port: number, deflate: boolean): Promise<RawClient> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  socket.write(requestHead(port, deflate));
  let received = Buffer.alloc(0);
  for await (const chunk of socket.iterator({ destroyOnReturn: false })) {
    received = Buffer.concat([received, chunk as Buffer]);
    const end = received.indexOf('\r\n\r\n');
    if (end < 0) continue;
    checkResponse(received.toString('latin1', 0, end), deflate);
    return { socket, rest: received.subarray(end + 4) };
  }
  throw new Error('the connection ended before the response');
}

function checkResponse(head: string, deflate: boolean): void {
  if (!head.startsWith('HTTP/1.1 101 ')) throw new Error(`the server refused:\n${head}`);
  const extensions = /^sec-websocket-extensions: *(.*)$/im.exec(head)?.[1] ?? '';
  if (extensions.startsWith('permessage-deflate') !== deflate || extensions.includes('no_context_takeover')) {
    throw new Error(
      `the server must accept ${deflate ? 'permessage-deflate' : 'no extension'} (got "${extensions}")`,
    );
  }
}

/** Opens `count` connections, 100 at a time so that the server's backlog does not overflow. */
export async function openMany(count: number, port: number, deflate: boolean): Promise<RawClient[]> {
  const clients: RawClient[] = [];
  while (clients.length < count) {
    const length = Math.min(100, count - clients.length);
    clients.push(...(await Promise.all(Array.from({ length }, () => openRaw(port, deflate)))));
  }
  return clients;
}
