// A server without a WebSocket library: it sends its first message in the same chunk as the response, and destroys the
// connection after its Close, so that TLS ends without a close_notify.

import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';

/** A text frame. */
const early = '\x81\x05early';
/** A Close with 3001. */
const close = '\x88\x02\x0b\xb9';

/** Returns true if a chunk begins with a Close. */
const isClose = (chunk: Buffer) => (chunk[0]! & 0x0f) === 8;

export function serveAbruptly({ headers }: IncomingMessage, socket: Duplex): void {
  const accept = createHash('sha1')
    .update(`${headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`)
    .digest('base64');
  const head = [
    'HTTP/1.1 101 Switching Protocols',
    'Upgrade: websocket',
    'Connection: Upgrade',
    `Sec-WebSocket-Accept: ${accept}`,
    '',
    '',
  ].join('\r\n');
  socket.on('error', () => {});
  socket.on('data', (chunk: Buffer) => {
    if (isClose(chunk)) socket.write(close, 'latin1', () => socket.destroy());
  });
  socket.write(head + early, 'latin1');
}
