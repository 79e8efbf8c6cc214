import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { WebSocketError } from '../../lib/base/websocket-error.ts';
import { closedInfo, closeInfoOf, closeInfoOptions, invalidState } from '../../lib/sockets/close-info.ts';

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

test('takes nothing from any other reason', () => {
  for (const reason of [undefined, null, 'gone', 4000, new Error('x'), { closeCode: 4000 }]) {
    assert.equal(closeInfoOf(reason), {});
  }
  assert.equal(closeInfoOf(new WebSocketError('x')), {});
});

test('leaves out codes and reasons that may not be sent (§7.4.1)', () => {
  for (const closeCode of [1005, 1006, 1015, 999, 5000]) {
    assert.equal(closeInfoOf(WebSocketError.of('', { closeCode, reason: 'x' })), {});
  }
  const long = (length: number) =>
    closeInfoOf(WebSocketError.of('', { closeCode: 4000, reason: 'x'.repeat(length) }));
  assert.equal(long(123), { closeCode: 4000, reason: 'x'.repeat(123) });
  assert.equal(long(124), { closeCode: 4000, reason: '' });
  assert.equal(closeInfoOf({ name: 'WebSocketError', closeCode: 4000, reason: 7 }), {
    closeCode: 4000,
    reason: '',
  });
});

test('gives the code and reason of a Close, with 1005 for no code', () => {
  assert.equal(closedInfo({ closeCode: 4000, reason: 'x' }), { closeCode: 4000, reason: 'x' });
  assert.equal(closedInfo({ closeCode: undefined, reason: '' }), { closeCode: 1005, reason: '' });
});

test('gives an InvalidStateError without a cause if no Close was received', () => {
  const error = invalidState('x');
  assert.instance(error, DOMException);
  assert.equal([error.name, error.message, 'cause' in error], ['InvalidStateError', 'x', false]);
});

test('gives an InvalidStateError that names the received Close', () => {
  for (const [closeCode, reason, message] of [
    [1009, 'message too big', 'x (1009 message too big)'],
    [4000, '', 'x (4000)'],
    [undefined, '', 'x (1005)'],
    [1000, 'a\n\x1b[2Jb', 'x (1000 a\\n\\u001b[2Jb)'],
  ] as const) {
    const error = invalidState('x', { closeCode, reason });
    assert.instance(error, DOMException);
    assert.equal([error.name, error.message], ['InvalidStateError', message]);
    assert.equal(error.cause, { closeCode: closeCode ?? 1005, reason });
    assert.not.ok(Object.keys(error).includes('cause'));
  }
});

test('accepts only a code and a reason', () => {
  assert.equal(closeInfoOptions.check({}), { closeCode: undefined, reason: '' });
  assert.equal(closeInfoOptions.check({ closeCode: 4000, reason: 'bye' }), {
    closeCode: 4000,
    reason: 'bye',
  });
  assert.throws(
    () => closeInfoOptions.check({ closeCode: '4000' }),
    /^closeCode must be a number \(got "4000"\)$/,
  );
});

test.run();
