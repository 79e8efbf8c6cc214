// Replaces the module `cloudflare:sockets` in programs of the guide: every connection leads to an echo server in memory.

import { acceptWebSocket, type ByteDuplex } from '../../lib/index.ts';
import { duplexPair } from '../../lib/testing.ts';

/** Opens a connection to a WebSocket server that echoes. */
export function connect(): ByteDuplex {
  const [here, there] = duplexPair();
  acceptWebSocket(there)
    .then(({ readable, writable }) => readable.pipeTo(writable))
    .catch(() => {});
  return here;
}
