// A process: opens WebSockets as raw sockets, so many at a time, and cuts them when it is asked to.

import type { Socket } from 'node:net';
import type { Ran } from '../cpu-table.ts';
import { answer } from '../process/answering.ts';
import { openRaw } from './raw-client.ts';

export interface Openings {
  readonly port: number;
  readonly deflate: boolean;
  readonly ms: number;
}

const parallel = 16;
let sockets: Socket[] = [];

answer({
  async open({ port, deflate, ms }: Openings): Promise<Ran> {
    const begun = performance.now();
    const openMany = async () => {
      while (performance.now() - begun < ms) {
        const { socket } = await openRaw(port, deflate);
        sockets.push(socket.on('error', () => {}));
      }
    };
    await Promise.all(Array.from({ length: parallel }, openMany));
    return { count: sockets.length, ms: performance.now() - begun };
  },

  /** Resets, so that no port waits for what comes late. */
  cut() {
    for (const socket of sockets) socket.resetAndDestroy();
    sockets = [];
  },
});
