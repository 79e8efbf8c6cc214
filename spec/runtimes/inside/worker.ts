// A Worker: `/suite` runs the specs, `/jobs` the end-to-end job over a socket of `cloudflare:sockets`.

import { connect } from 'cloudflare:sockets';
import { suite } from 'portable-specs';
import { connectWebSocket } from '../../../lib/index.ts';
import { type Open, runJobs } from './jobs.ts';
import type { Order } from './order.ts';

const opener =
  (port: number, secureTransport: 'off' | 'on'): Open =>
  async (path, options) => {
    const socket = connect({ hostname: 'localhost', port }, { secureTransport, allowHalfOpen: false });
    const scheme = secureTransport === 'on' ? 'wss' : 'ws';
    return connectWebSocket(socket, `${scheme}://localhost:${port}${path}`, options);
  };

async function run(request: Request, print: (...lines: unknown[]) => void): Promise<void> {
  if (new URL(request.url).pathname === '/suite') {
    const { passed, failed } = await suite(print);
    print(`\n${passed} passed, ${failed} failed`);
    return;
  }
  const { wsPort, wssPort } = (await request.json()) as Order;
  let jobs = await runJobs('ws to the runner', opener(wsPort, 'off'), print);
  jobs += await runJobs('wss to the runner', opener(wssPort, 'on'), print);
  print(`${jobs} jobs done`);
}

export default {
  async fetch(request: Request): Promise<Response> {
    const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
    const writer = writable.getWriter();
    const encoder = new TextEncoder();
    const print = (...parts: unknown[]) => {
      writer.write(encoder.encode(`${parts.map(describe).join(' ')}\n`)).catch(() => {});
    };
    run(request, print)
      .catch(print)
      .finally(() => writer.close());
    return new Response(readable);
  },
};

function describe(part: unknown): string {
  return part instanceof Error ? `${part.stack ?? part}` : `${part}`;
}
