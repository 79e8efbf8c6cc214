// A process of an echo server, whose kind is the first argument.

import { createServer, type Server } from 'node:http';
import { listen } from '../../support/node-servers.ts';
import { answer } from '../process/answer.ts';
import { type Kind, type KindName, kinds } from './kinds.ts';

export interface ServeOptions {
  readonly deflate: boolean;
  readonly maxMessageBytes: number;
}

export interface Memory {
  /** The heap and array buffers, after a garbage collection. */
  readonly heapBytes: number;
  readonly rssBytes: number;
}

interface ServerModule {
  serve(server: Server, kind: string, options: ServeOptions): void;
}

const [kind, options] = process.argv.slice(2) as [KindName, string];
const { module }: Kind = kinds[kind];
// Loads only the measured library.
const { serve } = (await import(new URL(`./${module}.js`, import.meta.url).href)) as ServerModule;
const server = createServer();
serve(server, kind, JSON.parse(options) as ServeOptions);
const port = await listen(server);

answer({
  port: () => port,
  connections: () => new Promise(resolve => server.getConnections((_, count) => resolve(count))),
  async memory(): Promise<Memory> {
    const { usedBytes } = await import('../../support/memory.ts');
    return { heapBytes: usedBytes(), rssBytes: process.memoryUsage.rss() };
  },
});
