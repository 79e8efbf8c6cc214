import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { WebSocketError } from '../../lib/base/websocket-error.ts';
import { HandshakeError } from '../../lib/handshake/handshake-error.ts';
import { refusal } from '../../lib/handshake/refusal.ts';

const test = suite('HandshakeError');

test('is a WebSocketError with code 1006, for which no Close frame is owed (§7.1.7)', () => {
  const error = new HandshakeError('no');
  assert.instance(error, WebSocketError);
  assert.is(error.name, 'HandshakeError');
  assert.is(error.message, 'no');
  assert.is(error.closeCode, 1006);
  assert.is(error.reason, '');
  assert.is(error.response, undefined);
});

test('carries the response', () => {
  const response = refusal({ status: 403 });
  assert.is(new HandshakeError('no', response).response, response);
});

test.run();
