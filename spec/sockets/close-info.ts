import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { WebSocketError } from '../../lib/base/websocket-error.ts';
import { closeInfoOf, invalidState } from '../../lib/sockets/close-info.ts';

const test = suite('CloseInfo');

test('takes the code and the reason of a WebSocketError of any class', () => {
  const error = new WebSocketError('', { closeCode: 4000, reason: 'bye' });
  assert.equal(closeInfoOf(error), { closeCode: 4000, reason: 'bye' });
  assert.equal(closeInfoOf({ name: 'WebSocketError', closeCode: 1000, reason: '' }), {
    closeCode: 1000,
    reason: '',
  });
  assert.equal(closeInfoOf(new WebSocketError('', { reason: 'bye' })), { closeCode: 1000, reason: 'bye' });
});

test('takes nothing of any other reason', () => {
  for (const reason of [undefined, null, 'gone', 4000, new Error('x'), { closeCode: 4000 }]) {
    assert.equal(closeInfoOf(reason), {});
  }
  assert.equal(closeInfoOf(new WebSocketError('x')), {});
});

test('leaves out what may not be sent (§7.4.1)', () => {
  for (const closeCode of [1005, 1006, 1015, 999, 5000]) {
    assert.equal(closeInfoOf(new WebSocketError('', { closeCode, reason: 'x' })), {});
  }
  const long = (length: number) =>
    closeInfoOf(new WebSocketError('', { closeCode: 4000, reason: 'x'.repeat(length) }));
  assert.equal(long(123), { closeCode: 4000, reason: 'x'.repeat(123) });
  assert.equal(long(124), { closeCode: 4000, reason: '' });
  assert.equal(closeInfoOf({ name: 'WebSocketError', closeCode: 4000, reason: 7 }), {
    closeCode: 4000,
    reason: '',
  });
});

test('the platform’s error for what is too late', () => {
  assert.equal([invalidState('x').name, invalidState('x').message], ['InvalidStateError', 'x']);
});

test.run();
