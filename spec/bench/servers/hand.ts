// Echoes with a `Connection` on a Node socket, without `OpenWebSocket`, to measure the cost of the protocol.

import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import { builtInCodec } from '../../../lib/deflate/built-in-codec.ts';
import { Connection } from '../../../lib/protocol.ts';
import type { ServeOptions } from './echo-server.ts';
import { responseHead } from './response-head.ts';

export function serve(server: Server, _kind: string, options: ServeOptions): void {
  server.on('upgrade', (request, socket: Socket) => {
    socket.setNoDelay(true).setTimeout(0);
    socket.on('error', () => {});
    socket.write(responseHead(request.headers['sec-websocket-key']!, options.deflate));
    const connection = makeConnection(options);
    socket.on('data', chunk => {
      connection.receive(chunk as Uint8Array<ArrayBuffer>, performance.now());
      do {
        echo(connection);
        transmit(connection, socket);
      } while (connection.busy);
    });
  });
}

const direction = { windowBits: 15, contextTakeover: true };

function makeConnection({ deflate, maxMessageBytes }: ServeOptions): Connection {
  const common = { role: 'server', ownsInput: true, maxMessageBytes } as const;
  if (!deflate) return new Connection(common, performance.now());
  const inflater = builtInCodec.createInflater({ ...direction, maxMessageBytes });
  const compression = {
    deflater: builtInCodec.createDeflater(direction),
    thresholdBytes: undefined,
    contextTakeover: true,
  };
  return new Connection({ ...common, inflater, compression }, performance.now());
}

function echo(connection: Connection): void {
  for (let event = connection.read(); event !== undefined; event = connection.read()) {
    if (event.type === 'text' || event.type === 'binary') connection.send(event);
  }
}

function transmit(connection: Connection, socket: Socket): void {
  for (let sent = connection.transmit(); sent !== undefined; sent = connection.transmit()) {
    for (const chunk of sent.chunks) socket.write(chunk);
    sent.sent();
  }
}
