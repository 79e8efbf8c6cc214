// Checks a client of mqtt.js.

import assert from 'node:assert/strict';
import { once } from 'node:events';

const large = Buffer.from(Uint8Array.from({ length: 500_000 }, (_, i) => i ^ (i >> 8)));

export async function check(client) {
  if (!client.connected) await once(client, 'connect');
  await client.subscribeAsync('a/#', { qos: 1 });
  const got = [];
  const complete = new Promise(resolve => {
    client.on('message', (topic, payload) => {
      got.push([topic, payload]);
      if (got.length === 102) resolve();
    });
  });
  for (let i = 0; i < 100; i++) void client.publishAsync('a/small', `${i}`, { qos: 1 });
  await client.publishAsync('a/empty', '', { qos: 1 });
  await client.publishAsync('a/large', large, { qos: 1 });
  await complete;
  const small = got.filter(([topic]) => topic === 'a/small').map(([, payload]) => `${payload}`);
  assert.deepEqual(
    small,
    Array.from({ length: 100 }, (_, i) => `${i}`),
  );
  assert.equal(Buffer.compare(got.find(([topic]) => topic === 'a/large')[1], large), 0);
  await client.endAsync();
}
