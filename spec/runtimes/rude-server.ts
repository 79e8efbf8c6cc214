// A server without manners, and without a library: its first message comes in one piece with the response, and after
// its Close it destroys the connection, which under TLS then ends without a close_notify.

import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';

/** Text "early". */
const early = '\x81\x05early';
/** A Close with 3001. */
const close = '\x88\x02\x0b\xb9';

/** The opcode of a Close that begins a chunk: what the job sends after its request. */
const isClose = (chunk: Buffer) => (chunk[0]! & 0x0f) === 8;

export function serveRudely({ headers }: IncomingMessage, socket: Duplex): void {
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
