import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type LockedDuplex, lockDuplex } from '../../lib/streams/byte-duplex.ts';
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

test.run();
