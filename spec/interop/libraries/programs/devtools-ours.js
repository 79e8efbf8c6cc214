// The Chrome DevTools Protocol without a library: commands, events, and answers of 512 KiB.

import assert from 'node:assert/strict';
import { other, wsluice } from './server.js';

const socket = new wsluice.WebSocket(other.url);
await new Promise((resolve, reject) => {
  socket.onopen = resolve;
  socket.onerror = reject;
});
const pending = new Map();
const events = [];
socket.onmessage = ({ data }) => {
  const { id, result, error, method } = JSON.parse(data);
  if (id === undefined) return void events.push(method);
  const { resolve, reject } = pending.get(id);
  if (error) reject(new Error(error.message));
  else resolve(result);
};
let lastId = 0;
function command(method, params = {}, sessionId = undefined) {
  lastId += 1;
  socket.send(JSON.stringify({ id: lastId, method, params, sessionId }));
  return new Promise((resolve, reject) => pending.set(lastId, { resolve, reject }));
}

const { product } = await command('Browser.getVersion');
assert.match(product, /Chrome/);
const { targetId } = await command('Target.createTarget', { url: 'about:blank' });
const { sessionId } = await command('Target.attachToTarget', { targetId, flatten: true });
const evaluate = async expression =>
  (await command('Runtime.evaluate', { expression, returnByValue: true }, sessionId)).result.value;
assert.equal(await evaluate('6 * 7'), 42);
const size = 500 * 1024;
assert.equal(await evaluate(`'é'.repeat(${size})`), 'é'.repeat(size));
assert.equal(await evaluate(`${JSON.stringify('x'.repeat(size))}.length`), size);
const many = await Promise.all(Array.from({ length: 200 }, (_, i) => evaluate(`${i} + 1`)));
assert.deepEqual(
  many,
  Array.from({ length: 200 }, (_, i) => i + 1),
);
assert.ok(events.includes('Target.attachedToTarget'), `events: ${events}`);
const closed = new Promise(resolve => (socket.onclose = resolve));
socket.close(1000);
const { code, wasClean } = await closed;
assert.deepEqual([wasClean, typeof code], [true, 'number']);
