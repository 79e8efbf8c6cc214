import assert from 'node:assert/strict';
import { other, wsluice } from './server.js';

const { byteTunnel, dial, nodeStream } = wsluice;
const open = async path => byteTunnel(await dial(`ws://127.0.0.1:${other.port}${path}`));

// The end of the peer ends the stream.
const file = await new Response((await open('/file')).readable).arrayBuffer();
assert.equal(file.byteLength, 3_000_000);
assert.ok(new Uint8Array(file).every(byte => byte === 7));

// Sends and receives at the same time.
const sent = Uint8Array.from({ length: 1_000_000 }, (_, i) => i ^ (i >> 8));
const tunnel = await open('/invert');
const writer = tunnel.writable.getWriter();
const writing = writer.write(sent);
const got = [];
let length = 0;
for await (const chunk of tunnel.readable) {
  got.push(chunk);
  length += chunk.length;
  if (length === sent.length) break;
}
await writing;
assert.equal(Buffer.compare(Buffer.concat(got), Buffer.from(sent.map(byte => ~byte))), 0);

// Uses the tunnel as a Node stream.
const stream = nodeStream(await open('/invert'));
stream.write(Buffer.from([1, 2, 3]));
const [chunk] = await import('node:events').then(({ once }) => once(stream, 'data'));
assert.deepEqual([...chunk], [254, 253, 252]);
stream.end();
stream.resume();
await import('node:events').then(({ once }) => once(stream, 'close'));
