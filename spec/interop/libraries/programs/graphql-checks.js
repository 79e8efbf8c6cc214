// Checks a client of graphql-ws.

import assert from 'node:assert/strict';

export async function check(client) {
  const results = [];
  for await (const { data } of client.iterate({ query: '{ hello(name: "wsluice") }' }))
    results.push(data.hello);
  assert.deepEqual(results, ['hello wsluice']);

  const counts = [];
  const subscription = client.iterate({ query: 'subscription { count(to: 500) }' });
  for await (const { data } of subscription) counts.push(data.count);
  assert.deepEqual(
    counts,
    Array.from({ length: 500 }, (_, i) => i + 1),
  );

  const failed = await client.iterate({ query: '{ fails }' }).next();
  assert.equal(failed.value.errors[0].message, 'as it should');

  // A subscription that ends early.
  for await (const { data } of client.iterate({ query: 'subscription { count(to: 100000) }' })) {
    if (data.count === 10) break;
  }
  const again = await client.iterate({ query: '{ hello(name: "again") }' }).next();
  assert.equal(again.value.data.hello, 'hello again');
  await client.dispose();
}
