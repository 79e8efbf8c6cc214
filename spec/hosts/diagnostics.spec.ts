import { channel } from 'node:diagnostics_channel';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { dial } from '../../lib/hosts/dial.ts';
import { dialHttp2 } from '../../lib/hosts/dial-http2.ts';
import { serve } from '../../lib/hosts/serve.ts';
import { upgradeHttp2 } from '../../lib/hosts/upgrade-http2.ts';
import { http2Pair } from '../support/http2.ts';
import { listen } from '../support/node-servers.ts';

const test = suite('diagnostics');

interface Told {
  readonly role: string;
  readonly socket?: object;
  readonly error?: { readonly closeCode: number };
  readonly closeCode?: number;
}

/** Returns the messages of the channels while a function runs, sorted. */
async function told(run: () => Promise<void>): Promise<[name: string, message: Told][]> {
  const messages: [string, Told][] = [];
  const names = ['open', 'close', 'failure'];
  const hear = (message: unknown, name: string | symbol) =>
    void messages.push([String(name), message as Told]);
  for (const name of names) channel(`wsluice:${name}`).subscribe(hear);
  try {
    await run();
    // Messages after the end are published in a microtask.
    await new Promise(resolve => setTimeout(resolve, 20));
  } finally {
    for (const name of names) channel(`wsluice:${name}`).unsubscribe(hear);
  }
  return messages.sort((a, b) => (lineOf(a) < lineOf(b) ? -1 : 1));
}

function lineOf([name, { role, closeCode, error, socket }]: [string, Told]): string {
  const code = closeCode ?? error?.closeCode ?? '';
  return `${name} ${role} ${code}${socket === undefined ? ' no socket' : ''}`;
}

test('reports WebSockets that open and close, on both sides', async () => {
  const messages = await told(async () => {
    const server = createServer();
    serve(server, socket => socket.closed);
    const client = await dial(`ws://127.0.0.1:${await listen(server)}/`);
    client.close({ closeCode: 4000 });
    await client.closed;
    await new Promise(resolve => server.close(resolve));
  });
  assert.equal(messages.map(lineOf), [
    'wsluice:close client 4000',
    'wsluice:close server 4000',
    'wsluice:open client ',
    'wsluice:open server ',
  ]);
  assert.is(messages[0]![1].socket, messages[2]![1].socket);
});

test('reports failed openings and unclean ends', async () => {
  const messages = await told(async () => {
    const server = createServer();
    serve(server, () => new Promise(() => {}), { origins: ({ origin }) => origin === undefined });
    const port = await listen(server);
    await dial(`ws://127.0.0.1:${port}/`, { origin: 'https://other.example' }).catch(() => {});
    const tcp = connect(port, '127.0.0.1');
    const client = await dial(`ws://127.0.0.1:${port}/`, { connect: () => tcp });
    tcp.resetAndDestroy();
    await client.closed.catch(() => {});
    await new Promise(resolve => server.close(resolve));
  });
  assert.equal(messages.map(lineOf), [
    'wsluice:failure client 1006',
    'wsluice:failure client 1006 no socket',
    'wsluice:failure server 1006',
    'wsluice:failure server 1006 no socket',
    'wsluice:open client ',
    'wsluice:open server ',
  ]);
});

test('reports WebSockets over HTTP/2', async () => {
  const messages = await told(async () => {
    const pair = await http2Pair((stream, headers) => void upgradeHttp2(stream, headers));
    const client = await dialHttp2(pair.session, `${pair.origin}/`);
    client.close();
    await client.closed;
    await pair.close();
  });
  assert.equal(messages.map(lineOf), [
    'wsluice:close client 1005',
    'wsluice:close server 1005',
    'wsluice:open client ',
    'wsluice:open server ',
  ]);
});

test('reports nothing without a subscriber', async () => {
  const server = createServer();
  serve(server, () => {});
  const client = await dial(`ws://127.0.0.1:${await listen(server)}/`);
  assert.equal(await client.closed, { closeCode: 1000, reason: '' });
  await new Promise(resolve => server.close(resolve));
});

test.run();
