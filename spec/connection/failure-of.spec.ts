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
  for (const cause of [new RangeError('Array buffer allocation failed'), undefined]) {
    const { closeCode, reason, message, cause: told } = failureOf(cause);
    assert.equal([closeCode, reason, message, told], [1011, 'internal error', 'internal error', cause]);
  }
});

test.run();
