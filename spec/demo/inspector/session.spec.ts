import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { openMemoryLink } from '../../../demo/inspector/links/memory-link.ts';
import { defaultSettings } from '../../../demo/inspector/play/settings.ts';
import { Session } from '../../../demo/inspector/session.ts';

const test = suite('inspector: session');

const { connection } = defaultSettings;
const open = () =>
  Session.open(
    observer => openMemoryLink(connection, observer),
    () => {},
  );
const fast = { count: 3, perSecond: undefined };

test('measures from the first message to the last echo', async () => {
  const session = await open();
  const { messages, bytes, ms, maxQueueBytes } = (await session.transmit('hello', fast))!;
  assert.equal([messages, bytes, session.echoes], [3, 15, 3]);
  assert.ok(ms > 0 && maxQueueBytes >= 5);
  assert.equal(session.progress, { sent: 3, count: 3, waitsSince: undefined });
  await session.drop();
});

test('keeps to the rate', async () => {
  const session = await open();
  const result = await session.transmit('tick', { count: 4, perSecond: 100 });
  // Three pauses of 10 ms; Bun's timers may fire a little early.
  assert.ok(result!.ms >= 25, `${result!.ms} ms`);
  await session.drop();
});

test('gives no result for a run that is stopped, replaced or cut off', async () => {
  const session = await open();
  const slow = { count: 1000, perSecond: 10 };
  const stopped = session.transmit('a', slow);
  await new Promise(resolve => setTimeout(resolve, 20));
  session.stopRun();
  assert.is(await stopped, undefined);
  const replaced = session.transmit('b', slow);
  assert.ok(await session.transmit('c', fast));
  assert.is(await replaced, undefined);
  const cutOff = session.transmit('d', slow);
  await session.drop();
  assert.is(await cutOff, undefined);
});

test('tells that the sender waits for room', async () => {
  const session = await open();
  session.link.setReading(false);
  const cutOff = session.transmit(new Uint8Array(100_000), { count: 10, perSecond: undefined });
  while (session.link.gauge().queueBytes < 65_536) await new Promise(resolve => setTimeout(resolve, 1));
  assert.ok(session.progress!.waitsSince! > 0);
  await session.drop();
  assert.is(await cutOff, undefined);
});

test.run();
