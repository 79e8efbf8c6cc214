// wsluice as an endpoint, in this process and over connections in memory.

import { acceptWebSocket, connectWebSocket, type OpenWebSocket } from '../../../lib/index.ts';
import type { EndpointOptions } from '../case.ts';
import { memoryWire } from '../wire.ts';
import type { Endpoint } from './endpoint.ts';

export function ourEndpoint(): Endpoint {
  return {
    name: 'ours',
    async connect(role, { maxMessageBytes, protocols }: EndpointOptions) {
      const { duplex, wire } = memoryWire();
      const options = { maxMessageBytes, protocols, deflate: true };
      const opened =
        role === 'server'
          ? acceptWebSocket(duplex, options)
          : connectWebSocket(duplex, 'ws://localhost/echo', options);
      opened.then(echo).catch(() => {});
      return wire;
    },
    async close() {},
  };
}

/** Echoes every message. The caller ignores errors, because the tester sees them on the wire. */
function echo(socket: OpenWebSocket): Promise<void> {
  return socket.readable.pipeTo(socket.writable);
}
