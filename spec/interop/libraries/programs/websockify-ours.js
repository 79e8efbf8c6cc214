import assert from 'node:assert/strict';
import { other, wsluice } from './server.js';

const { byteTunnel, dial } = wsluice;
const socket = await dial(`ws://127.0.0.1:${other.port}/`, { protocols: ['binary'] });
const { readable, writable } = byteTunnel(socket);
const writer = writable.getWriter();
const large = Uint8Array.from({ length: 200_000 }, (_, i) => i);
await writer.write(large);
await writer.write(new TextEncoder().encode('bye'));
const got = Buffer.from(await new Response(readable).arrayBuffer());
assert.equal(got.subarray(0, 12).toString(), 'RFB 003.008\n');
assert.equal(Buffer.compare(got.subarray(12, 12 + large.length), large), 0);
assert.equal(got.subarray(12 + large.length).toString(), 'so long');
