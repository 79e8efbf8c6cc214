// A process: a server, wsluice or ws, that discards all messages, with compression, and measures its event loop.

import { createServer } from 'node:http';
import { listen } from '../../support/node-servers.ts';
import { answer } from '../process/answer.ts';
import { type TurnFigures, TurnMeter } from './turn-meter.ts';

export interface ServerFigures extends TurnFigures {
  /** Messages read so far. */
  readonly messages: number;
}

const maxMessageBytes = 32 * 2 ** 20;
const server = createServer();
let messages = 0;

async function serveWs(): Promise<void> {
  const { WebSocketServer } = await import('ws');
  const all = { server, perMessageDeflate: { threshold: 0 }, maxPayload: maxMessageBytes };
  new WebSocketServer(all).on('connection', socket => {
    socket.on('error', () => {});
    socket.on('message', (data, isBinary) => {
      if (isBinary || data.toString().length > 0) messages += 1;
    });
  });
}

async function serveOurs(): Promise<void> {
  const { upgrade } = await import('../../../lib/node.ts');
  server.on('upgrade', async (request, tcp, head) => {
    try {
      const socket = await upgrade(request, tcp, head, { deflate: true, maxMessageBytes });
      for await (const _ of socket.readable) messages += 1;
    } catch {
      // The load breaks its connections.
    }
  });
}

await (process.argv[2] === 'ws' ? serveWs() : serveOurs());
const port = await listen(server);
const meter = new TurnMeter();

answer({
  port: () => port,
  figures: (): ServerFigures => ({ ...meter.take(), messages }),
});
