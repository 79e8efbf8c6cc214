// The server of the end-to-end jobs: it echoes messages, and obeys some commands.

import type { AcceptOptions, OpenWebSocket } from '../../../lib/index.ts';

export const peerOptions: AcceptOptions = {
  protocols: ['echo'],
  deflate: true,
  origins: 'any',
  authorize: ({ target }) => (target === '/refuse' ? { status: 403, body: 'no entry\n' } : undefined),
};

/** Serves a socket until it has closed or failed. */
export async function serve(socket: OpenWebSocket): Promise<void> {
  const writer = socket.writable.getWriter();
  try {
    for await (const message of socket.readable) {
      if (message === 'close me') socket.close({ closeCode: 4321, reason: 'as you wish' });
      else if (message === 'cut me') socket.terminate();
      else await writer.write(message);
    }
  } catch {
    // The client checks how the connection ended.
  }
  await socket.closed.catch(() => {});
}
