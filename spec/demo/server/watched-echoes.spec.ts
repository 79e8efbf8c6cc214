import { createServer, type Server } from 'node:http';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  decodeBytes,
  echoTarget,
  type WatchReport,
  watchPaths,
} from '../../../demo/inspector/links/watch-protocol.ts';
import { defaultSettings } from '../../../demo/inspector/play/settings.ts';
import { WatchedEchoes } from '../../../demo/server/watched-echoes.ts';
import { connectWebSocket, type OpenWebSocket } from '../../../lib/index.ts';
import { dial } from '../../../lib/node.ts';
import { listen } from '../../support/node-servers.ts';

const test = suite('demo: watched echoes');

const { connection } = defaultSettings;
const text = (bytes: Uint8Array) => new TextDecoder('latin1').decode(bytes);

async function start(): Promise<[origin: string, server: Server]> {
  const watched = new WatchedEchoes();
  const server = createServer();
  server.on('upgrade', (request, tcp, head) => {
    const opening = watched.open(request, tcp, head);
    if (opening === undefined) tcp.destroy();
    else opening.catch(() => {});
  });
  return [`ws://127.0.0.1:${await listen(server)}`, server];
}

/** Resolves when every connection has gone. */
function end(server: Server): Promise<void> {
  return new Promise(resolve => server.close(() => resolve()));
}

/** What a watching page gets, until the connection that it watches has closed. */
interface Reports {
  readonly up: string;
  readonly down: string;
  readonly others: readonly WatchReport[];
}

async function collect(page: OpenWebSocket): Promise<Reports> {
  const reports = { up: '', down: '', others: [] as WatchReport[] };
  for await (const message of page.readable) {
    if (typeof message === 'string') {
      const report = JSON.parse(message) as WatchReport;
      reports.others.push(report);
      if (report.type === 'closed') break;
    } else {
      const [direction, bytes] = decodeBytes(message);
      reports[direction] += text(bytes);
    }
  }
  return reports;
}

test('reports the bytes of both directions, what was agreed, what was taken, and the end', async () => {
  const [origin, server] = await start();
  const page = await dial(`${origin}${watchPaths.watch}?key=a`);
  const collecting = collect(page);
  const compression = { ...connection.compression, on: true };
  const settings = { ...connection, compression, cuts: { type: 'every' as const, bytes: 5 } };
  const client = await dial(`${origin}${echoTarget('a', settings)}`, { deflate: false });
  await client.writable.getWriter().write('hello');
  assert.is((await client.readable.getReader().read()).value, 'hello');
  // Longer than the server waits between two reports.
  await new Promise(resolve => setTimeout(resolve, 120));
  client.close({ closeCode: 4001, reason: 'bye' });
  await client.closed;
  const { up, down, others } = await collecting;
  assert.match(up, /^GET \/inspect\/echo\?key=a/);
  assert.match(down, /^HTTP\/1\.1 101 /);
  assert.match(down, '\x81\x05hello');
  assert.equal(others, [
    { type: 'open', extensions: '' },
    { type: 'taken', count: 1 },
    {
      type: 'closed',
      record: {
        sent: { closeCode: 4001, reason: 'bye' },
        received: { closeCode: 4001, reason: 'bye' },
        initiator: 'remote',
        wasClean: true,
        failed: false,
        lost: false,
        messagesDropped: false,
      },
    },
  ]);
  page.terminate();
  await end(server);
});

test('stops and starts reading as the page says, and goes on when the page is gone', async () => {
  const [origin, server] = await start();
  const page = await dial(`${origin}${watchPaths.watch}?key=b`);
  const order = (on: boolean) => page.writable.getWriter().write(JSON.stringify({ type: 'reading', on }));
  await order(false);
  // Only after the page's order has been read can its ping be answered.
  await page.ping();
  page.discardIncoming();
  const client = await dial(`${origin}${echoTarget('b', connection)}`);
  await client.writable.getWriter().write('held');
  const reading = client.readable.getReader().read();
  const early = await Promise.race([reading, new Promise(resolve => setTimeout(resolve, 100, 'nothing'))]);
  assert.is(early, 'nothing');
  page.terminate();
  assert.is((await reading).value, 'held');
  client.terminate();
  await end(server);
});

test('refuses an echo that no page watches, and invalid settings', async () => {
  const [origin, server] = await start();
  const fails = async (target: string) => {
    const error = await dial(`${origin}${target}`).catch(error => error);
    assert.instance(error, Error);
  };
  await fails(echoTarget('unknown', connection));
  const page = await dial(`${origin}${watchPaths.watch}?key=c`);
  await fails(`${watchPaths.echo}?key=c&settings={`);
  await fails(`${watchPaths.echo}?key=c`);
  await fails(echoTarget('c', { ...connection, maxFrameBytes: -1 }));
  page.terminate();
  await end(server);
});

test('carries a connection to itself through a tunnel', async () => {
  const [origin, server] = await start();
  const page = await dial(`${origin}${watchPaths.watch}?key=d`);
  page.discardIncoming();
  const tunnel = await dial(`${origin}${watchPaths.tunnel}`);
  // As the page does it: bytes in binary messages.
  const writer = tunnel.writable.getWriter();
  const writable = new WritableStream<Uint8Array>({ write: chunk => writer.write(chunk) });
  const readable = tunnel.readable as ReadableStream<Uint8Array>;
  const client = await connectWebSocket({ readable, writable }, `${origin}${echoTarget('d', connection)}`);
  await client.writable.getWriter().write('through');
  assert.is((await client.readable.getReader().read()).value, 'through');
  client.terminate();
  for (const socket of [tunnel, page]) socket.terminate();
  await end(server);
});

test.run();
