import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { relay, relayOptions } from '../../lib/command/relay.ts';
import { acceptWebSocket } from '../../lib/sockets/accept-websocket.ts';
import { connectWebSocket } from '../../lib/sockets/connect-websocket.ts';
import type { SocketEvent } from '../../lib/sockets/event-inbox.ts';
import type { OpenWebSocket } from '../../lib/sockets/open-websocket.ts';
import { duplexPair } from '../../lib/testing/duplex-pair.ts';

const test = suite('relay');

interface Relayed {
  readonly client: OpenWebSocket;
  readonly server: OpenWebSocket;
  readonly done: Promise<void>;
}

/** @param before - happens before the relay begins */
async function relayed(before: (server: OpenWebSocket) => Promise<void> = async () => {}): Promise<Relayed> {
  const [left, leftEnd] = duplexPair();
  const [rightEnd, right] = duplexPair();
  const options = { deliver: 'parts', autoPong: false } as const;
  const [client, from, to, server] = await Promise.all([
    connectWebSocket(left, 'ws://localhost/', options),
    acceptWebSocket(leftEnd, relayOptions),
    connectWebSocket(rightEnd, 'ws://localhost/', relayOptions),
    acceptWebSocket(right, options),
  ]);
  await before(server);
  return { client, server, done: relay(from, to) };
}

async function eventsOf(
  socket: OpenWebSocket,
  on: (event: SocketEvent) => void = () => {},
): Promise<string[]> {
  const seen: string[] = [];
  try {
    for await (const event of socket.events) {
      on(event);
      if (event.type === 'closed') break;
      const data = event.type === 'close' ? `${event.closeCode} ${event.reason}` : String(event.data);
      seen.push(`${event.type} ${data}${'last' in event && !event.last ? ' …' : ''}`);
    }
  } catch (error) {
    seen.push((error as Error).name);
  }
  return seen;
}

test('passes messages, parts, pings, pongs and the Close both ways', async () => {
  const { client, server, done } = await relayed();
  const atServer = eventsOf(server, event => event.type === 'ping' && server.pong(event.data));
  const atClient = eventsOf(client);
  await client.send('whole');
  const parts = client.openMessage('binary').getWriter();
  await parts.write(new Uint8Array([1]));
  await parts.write(new Uint8Array([2]));
  await parts.close();
  await server.send('back');
  assert.type(await client.ping(new Uint8Array([7])), 'number');
  client.pong(new Uint8Array([8]));
  client.close({ closeCode: 4000, reason: 'bye' });
  assert.equal(await client.closed, { closeCode: 4000, reason: 'bye' });
  await done;
  const seen = await atServer;
  assert.equal(
    seen.filter(event => !event.startsWith('p')),
    ['text whole', 'binary 1 …', 'binary 2 …', 'binary ', 'close 4000 bye'],
  );
  assert.equal(seen.filter(event => event.startsWith('p')).sort(), ['ping 7', 'pong 8']);
  assert.equal(await atClient, ['text back', 'pong 7', 'close 4000 bye']);
});

test('passes on a Close inside a message', async () => {
  const { client, server, done } = await relayed();
  const atServer = eventsOf(server);
  const parts = client.openMessage('text').getWriter();
  await parts.write('begun');
  await new Promise(resolve => setTimeout(resolve, 10));
  client.close({ closeCode: 1000 });
  await done;
  assert.equal(await atServer, ['text begun …', 'close 1000 ']);
});

test('disconnects the other peer if one is lost', async () => {
  const { client, server, done } = await relayed();
  const atServer = eventsOf(server);
  client.terminate();
  await done;
  assert.equal(await atServer, ['WebSocketError']);
});

test('drops messages for a peer that has closed', async () => {
  const { client, server, done } = await relayed();
  const atClient = eventsOf(client);
  eventsOf(server);
  server.close({ closeCode: 1000 });
  for (let i = 0; i < 20; i += 1) client.send('late');
  await done;
  assert.equal(await atClient, ['close 1000 ']);
});

test('waits for a peer that does not read', async () => {
  const { client, server, done } = await relayed();
  const part = new Uint8Array(65_536);
  const writer = client.openMessage('binary').getWriter();
  let written = 0;
  const writing = (async () => {
    for (let i = 0; i < 64; i += 1) {
      await writer.write(part);
      written += 1;
    }
    await writer.close();
  })();
  await new Promise(resolve => setTimeout(resolve, 100));
  assert.ok(written < 32, `${written} parts of 64 KiB are buffered`);
  server.discardIncoming();
  await writing;
  client.close();
  await done;
});

test('passes on a Close that came before it began', async () => {
  const { client, done } = await relayed(async server => {
    server.close({ closeCode: 4003, reason: 'full' });
    await server.closed;
  });
  client.discardIncoming();
  assert.equal(await client.closed, { closeCode: 4003, reason: 'full' });
  await done;
});

test.run();
