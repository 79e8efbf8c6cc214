// A process: streams one message through `openMessage` and `messages`, and measures its peak memory. For ten GiB:
// `node build/spec/bench/memory/stream-gigabytes.js 10`. Prints the progress, and then a line of JSON.

import { systemClock } from '../../../lib/sockets/deadline-timer.ts';
import { duplexPair } from '../../../lib/testing/duplex-pair.ts';
import { socketOver } from '../../support/socket-over.ts';

const total = Number(process.argv[2] ?? 1) * 2 ** 30;
const part = new Uint8Array(65_536).map((_, i) => i);

const [near, far] = duplexPair();
const client = socketOver('client', far, {}, systemClock);
const server = socketOver('server', near, { deliver: 'parts' }, systemClock);

async function send(): Promise<void> {
  const writer = client.openMessage('binary').getWriter();
  for (let sent = 0; sent < total; sent += part.length) {
    await writer.ready;
    void writer.write(part);
  }
  await writer.close();
  client.close({ closeCode: 1000 });
}

async function receive(): Promise<number> {
  let received = 0;
  let printed = 0;
  for await (const message of server.messages) {
    for await (const bytes of message.readable) {
      received += bytes.length;
      if (received - printed < 2 ** 28) continue;
      printed = received;
      console.log(`  ${(received / 2 ** 30).toFixed(2)} of ${total / 2 ** 30} GiB`);
    }
  }
  return received;
}

const startedAt = performance.now();
const [received] = await Promise.all([receive(), send()]);
await Promise.all([client.closed, server.closed]);
const seconds = (performance.now() - startedAt) / 1000;
const peakBytes = process.resourceUsage().maxRSS * 1024;
console.log(JSON.stringify({ received, seconds, peakBytes }));
