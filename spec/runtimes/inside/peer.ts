// What the server of an end-to-end job does, wherever it runs: it echoes, and obeys a few words.

import type { AcceptOptions, OpenWebSocket } from '../../../lib/index.ts';

export const peerOptions: AcceptOptions = {
  protocols: ['echo'],
  deflate: true,
  origins: 'any',
  authorize: ({ target }) => (target === '/refuse' ? { status: 403, body: 'no entry\n' } : undefined),
};

/** Settles when the socket has closed, however that came. */
export async function serve(socket: OpenWebSocket): Promise<void> {
  const writer = socket.writable.getWriter();
  try {
    for await (const message of socket.readable) {
      if (message === 'close me') socket.close({ closeCode: 4321, reason: 'as you wish' });
      else if (message === 'cut me') socket.terminate();
      else await writer.write(message);
    }
  } catch {
    // How it ended is in `closed`.
  }
  await socket.closed.catch(() => {});
}
