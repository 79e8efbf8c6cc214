import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { violation, WebSocketError } from '../../lib/base/websocket-error.ts';

const test = suite('WebSocketError');

test('has the name and the fields of the platform', () => {
  const error = new WebSocketError('gone', { closeCode: 4001, reason: 'bye' });
  assert.instance(error, Error);
  assert.is(error.name, 'WebSocketError');
  assert.is(error.message, 'gone');
  assert.is(error.closeCode, 4001);
  assert.is(error.reason, 'bye');
  assert.not('cause' in error);
});

test('is without code and reason by default', () => {
  const error = new WebSocketError();
  assert.is(error.message, '');
  assert.is(error.closeCode, null);
  assert.is(error.reason, '');
});

test('has code 1000 for a reason without one, as on the platform', () => {
  assert.is(new WebSocketError('', { reason: 'bye' }).closeCode, 1000);
  assert.is(new WebSocketError('', { closeCode: null, reason: 'bye' }).closeCode, 1000);
  assert.is(new WebSocketError('', { reason: '' }).closeCode, null);
});

test('keeps its cause', () => {
  const cause = new Error('reset');
  assert.is(new WebSocketError('', { cause }).cause, cause);
});

test('of a violation names the section and keeps numbers from the peer', () => {
  const error = violation(1009, 'RFC 6455 §10.4', 'message too big', '17 octets');
  assert.is(error.message, 'RFC 6455 §10.4: message too big (17 octets)');
  assert.is(error.reason, 'message too big');
  assert.is(error.closeCode, 1009);
  assert.is(violation(1002, 'RFC 6455 §5.2', 'x').message, 'RFC 6455 §5.2: x');
});

test.run();
