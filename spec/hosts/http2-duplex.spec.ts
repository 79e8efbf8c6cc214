import { once } from 'node:events';
import type { ServerHttp2Stream } from 'node:http2';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { headerList, headerObject, http2Duplex } from '../../lib/hosts/http2-duplex.ts';
import type { ByteDuplex } from '../../lib/streams/byte-duplex.ts';
import { fromHex, hex } from '../support/hex.ts';
import { connectByHand, type Http2Pair, http2Pair } from '../support/http2.ts';

const test = suite('http2Duplex');

/** Returns both ends of a stream. */
async function ends(): Promise<{ pair: Http2Pair; client: ByteDuplex; server: ServerHttp2Stream }> {
  let server!: ServerHttp2Stream;
  const pair = await http2Pair(stream => (server = stream.on('error', () => {})).respond());
  const { stream } = await connectByHand(pair.session);
  return { pair, client: http2Duplex(stream), server };
}

async function rstCode(stream: ServerHttp2Stream): Promise<number | undefined> {
  if (!stream.destroyed) await once(stream, 'close');
  return stream.rstCode;
}

test('carries bytes both ways, and ends without a reset (RFC 8441 §5)', async () => {
  const { pair, client, server } = await ends();
  const writer = client.writable.getWriter();
  const reader = client.readable.getReader();
  writer.write(fromHex('0102'));
  const [chunk] = await once(server, 'data');
  assert.is(hex(chunk), '0102');
  server.end(fromHex('03'));
  assert.equal((await reader.read()).value, fromHex('03'));
  assert.ok((await reader.read()).done);
  await writer.write(fromHex('04'));
  await writer.close();
  assert.is(await rstCode(server), 0);
  await pair.close();
});

test('delivers all bytes written before the end, however small the window of the peer', async () => {
  const { pair, client, server } = await ends();
  server.pause().end();
  const writer = client.writable.getWriter();
  await client.readable.getReader().closed;
  writer.write(new Uint8Array(300_000)).catch(() => {});
  writer.close().catch(() => {});
  await new Promise(resolve => setTimeout(resolve, 20));
  let length = 0;
  server.on('data', chunk => (length += chunk.length)).resume();
  await once(server, 'end');
  assert.is(length, 300_000);
  await pair.close();
});

test('abort: resets with CANCEL (RFC 8441 §5)', async () => {
  const { pair, client, server } = await ends();
  await client.writable.abort(new Error('enough'));
  assert.is(await rstCode(server), 8);
  await pair.close();
});

test('cancel: resets with CANCEL if the writable has ended', async () => {
  const { pair, client, server } = await ends();
  await client.readable.cancel();
  await client.writable.close();
  assert.is(await rstCode(server), 8);
  await pair.close();
});

test('converts Node’s headers to a list, and back', () => {
  const list = [
    [':status', '200'],
    ['set-cookie', 'a=1'],
    ['set-cookie', 'b=2'],
    ['server', 's'],
  ] as const;
  const headers = { ':status': '200', 'set-cookie': ['a=1', 'b=2'], server: 's', absent: undefined };
  assert.equal(headerList(headers), list);
  assert.equal(headerObject(list), { ':status': '200', 'set-cookie': ['a=1', 'b=2'], server: 's' });
});

test.run();
