// A Worker: `/suite` runs the specs, `/jobs` the end-to-end jobs over sockets of `cloudflare:sockets`.

import { connect } from 'cloudflare:sockets';
import { suite } from 'portable-specs';
import { connectWebSocket, WebSocket, WebSocketStream } from '../../../lib/index.ts';
import { abruptJobs, classJobs, deadJobs, jobs, type Open, runJobs } from './jobs.ts';
import type { RunOptions } from './run-options.ts';

const opener =
  (port: number, secureTransport: 'off' | 'on', allowHalfOpen: boolean): Open =>
  async (path, options) => {
    const socket = connect({ hostname: 'localhost', port }, { secureTransport, allowHalfOpen });
    const scheme = secureTransport === 'on' ? 'wss' : 'ws';
    return connectWebSocket(socket, `${scheme}://localhost:${port}${path}`, options);
  };

const allJobs = { ...jobs, ...classJobs({ WebSocket, WebSocketStream }) };

async function run(request: Request, print: (...lines: unknown[]) => void): Promise<void> {
  if (new URL(request.url).pathname === '/suite') {
    const { passed, failed } = await suite(print);
    print(`\n${passed} passed, ${failed} failed`);
    return;
  }
  const { wsPort, wssPort, deadPort } = (await request.json()) as RunOptions;
  let done = 0;
  for (const halfOpen of [false, true]) {
    const [plain, secure] = [opener(wsPort, 'off', halfOpen), opener(wssPort, 'on', halfOpen)];
    const suffix = halfOpen ? ', half-open' : '';
    done += await runJobs(allJobs, `ws to the runner${suffix}`, plain, print);
    done += await runJobs(abruptJobs, `ws to the runner${suffix}`, plain, print);
    done += await runJobs(allJobs, `wss to the runner${suffix}`, secure, print);
    done += await runJobs(abruptJobs, `wss to the runner${suffix}`, secure, print);
    done += await runJobs(deadJobs, `ws${suffix}`, opener(deadPort, 'off', halfOpen), print);
  }
  print(`${done} jobs done`);
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
