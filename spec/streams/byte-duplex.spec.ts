import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type LockedDuplex, lockDuplex, lockStreams } from '../../lib/streams/byte-duplex.ts';
import { nextTask } from '../../lib/streams/next-task.ts';
import { HandDuplex } from '../support/hand-duplex.ts';

const test = suite('lockDuplex');

test('locks both streams', async () => {
  const duplex = new HandDuplex();
  const { reader, writer } = lockDuplex(duplex);
  assert.equal([duplex.readable.locked, duplex.writable.locked], [true, true]);
  duplex.give('01');
  assert.equal((await reader.read()).value, Uint8Array.of(1));
  await writer.write(Uint8Array.of(2));
  assert.is(duplex.wire, '02');
  assert.throws(
    () => lockDuplex(duplex),
    (error: unknown) => error instanceof TypeError,
  );
});

test('uses the lock of an adapter instead', () => {
  const { readable, writable } = new HandDuplex();
  const locked: LockedDuplex = { reader: readable.getReader(), writer: writable.getWriter() };
  assert.is(lockDuplex({ readable, writable, lock: () => locked }), locked);
});

test('leaves no unhandled rejection if the writable fails', async () => {
  const { readable } = new HandDuplex();
  const writable = new WritableStream<Uint8Array>({
    start: controller => controller.error(new Error('broken')),
  });
  const { writer } = lockStreams({ readable, writable });
  // The runner reports unhandled rejections as failures of the suite.
  await nextTask();
  assert.is(writer.desiredSize, null);
});

test.run();
