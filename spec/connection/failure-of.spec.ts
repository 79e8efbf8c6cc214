import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { WebSocketError } from '../../lib/base/websocket-error.ts';
import { failureOf } from '../../lib/connection/failure-of.ts';

const test = suite('failureOf');

test('returns a WebSocketError as it is', () => {
  const error = WebSocketError.of('bad', { closeCode: 1002 });
  assert.is(failureOf(error), error);
});

test('wraps anything else in an error with code 1011 and the cause (§7.4.1)', () => {
  for (const [cause, words] of [
    [new RangeError('Array buffer allocation failed'), ': Array buffer allocation failed'],
    [undefined, ''],
  ] as const) {
    const { closeCode, code, reason, message, cause: told } = failureOf(cause);
    assert.equal(
      [closeCode, code, reason, message, told],
      [1011, 'ERR_INTERNAL', 'internal error', `internal error${words}`, cause],
    );
  }
});

test.run();
