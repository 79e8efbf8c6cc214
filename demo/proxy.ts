// A WebSocket proxy: `node build/demo/proxy.js 9000 wss://example.com`. It passes parts of messages, pings, pongs and the Close on in both
// directions as they arrive. If one side does not read, the other one has to wait.
//
// In your own program, import from 'wsluice/node' and 'wsluice'.

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { OpenWebSocket } from '../lib/index.ts';
import { dial, upgrade } from '../lib/node.ts';

const [port = '9000', target = 'ws://127.0.0.1:8080/echo'] = process.argv.slice(2);
/** The options of both sockets. The proxy passes pings on, instead of answering and sending its own. */
const options = { deliver: 'parts', autoPong: false, pingIntervalMs: Infinity } as const;

async function pass(from: OpenWebSocket, to: OpenWebSocket): Promise<void> {
  let message: WritableStreamDefaultWriter | undefined;
  for await (const event of from.events) {
    if (event.type === 'text' || event.type === 'binary') {
      message ??= to.openMessage(event.type).getWriter();
      await message.write(event.data);
      if (event.last) message = void (await message.close());
    } else if (event.type === 'ping') void to.ping(event.data);
    else if (event.type === 'pong') to.pong(event.data);
    else if (event.type === 'closed') {
      const { received } = event.record;
      if (received === undefined) to.terminate();
      else to.close(received);
    }
  }
}

const server = createServer().on('upgrade', async (request, tcp, head) => {
  tcp.on('error', () => {});
  const upstream = await dial(target, options).catch((error: Error) => error);
  const authorize = () => (upstream instanceof Error ? { status: 502, body: upstream.message } : undefined);
  const client = await upgrade(request, tcp, head, { ...options, authorize }).catch((error: Error) => error);
  if (upstream instanceof Error) return;
  if (client instanceof Error) return upstream.terminate();
  pass(client, upstream).catch(() => upstream.terminate());
  pass(upstream, client).catch(() => client.terminate());
});

server.listen(Number(port), '127.0.0.1', () => {
  console.log(`proxy at ws://127.0.0.1:${(server.address() as AddressInfo).port}/ to ${target}`);
});
