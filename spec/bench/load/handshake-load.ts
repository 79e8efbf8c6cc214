// A process: opens WebSockets as raw sockets, some of them concurrently, and resets them on request.

import type { Socket } from 'node:net';
import type { LoadResult } from '../cpu-table.ts';
import { answer } from '../process/answer.ts';
import { openRaw } from './raw-client.ts';

export interface HandshakeRun {
  readonly port: number;
  readonly deflate: boolean;
  readonly ms: number;
}

const parallel = 16;
let sockets: Socket[] = [];

answer({
  async open({ port, deflate, ms }: HandshakeRun): Promise<LoadResult> {
    const startedAt = performance.now();
    const openMany = async () => {
      while (performance.now() - startedAt < ms) {
        const { socket } = await openRaw(port, deflate);
        sockets.push(socket.on('error', () => {}));
      }
    };
    await Promise.all(Array.from({ length: parallel }, openMany));
    return { count: sockets.length, ms: performance.now() - startedAt };
  },

  /** Resets all connections. Unlike a FIN, a reset leaves no port in TIME_WAIT. */
  reset() {
    for (const socket of sockets) socket.resetAndDestroy();
    sockets = [];
  },
});
