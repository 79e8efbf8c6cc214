import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { closeFrame, reportedCode } from '../../lib/connection/close-record.ts';

const test = suite('CloseRecord');

test('returns a Close frame as it will be encoded: no code if none is given, 1000 for a reason alone (§5.5.1)', () => {
  assert.equal(closeFrame(undefined, ''), { closeCode: undefined, reason: '' });
  assert.equal(closeFrame(undefined, 'bye'), { closeCode: 1000, reason: 'bye' });
  assert.equal(closeFrame(4999, ''), { closeCode: 4999, reason: '' });
  assert.equal(closeFrame(1000, 'ü'.repeat(61)), { closeCode: 1000, reason: 'ü'.repeat(61) });
});

test('rejects codes that may not be sent and reasons of more than 123 bytes (§7.4)', () => {
  for (const code of [0, 999, 1004, 1005, 1006, 1015, 2999, 5000, 1000.5]) {
    assert.throws(
      () => closeFrame(code, ''),
      (error: unknown) => error instanceof RangeError,
    );
  }
  assert.throws(
    () => closeFrame(1000, 'ü'.repeat(62)),
    (error: unknown) => error instanceof RangeError,
  );
  assert.throws(
    () => closeFrame('1000' as unknown as number, ''),
    (error: unknown) => error instanceof TypeError,
  );
});

test('reports the code of the peer, 1005 for a Close without a code, 1006 without a Close (§7.1.5)', () => {
  assert.is(reportedCode({ received: { closeCode: 4000, reason: '' } }), 4000);
  assert.is(reportedCode({ received: { closeCode: undefined, reason: '' } }), 1005);
  assert.is(reportedCode({ received: undefined }), 1006);
});

test.run();
