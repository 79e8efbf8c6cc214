// The head of a server's response to an opening handshake.

import { createHash } from 'node:crypto';

export function responseHead(key: string, deflate: boolean): string {
  const accept = createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
  const extension = deflate ? 'Sec-WebSocket-Extensions: permessage-deflate\r\n' : '';
  return (
    'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n' +
    `Sec-WebSocket-Accept: ${accept}\r\n${extension}\r\n`
  );
}
