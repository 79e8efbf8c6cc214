import { inspect } from 'node:util';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { WebSocketError } from '../../lib/base/websocket-error.ts';
import { broken, failure, HandshakeError, tooLate } from '../../lib/handshake/handshake-error.ts';
import { HeaderFields } from '../../lib/handshake/header-fields.ts';
import { refusal } from '../../lib/handshake/refusal.ts';

const test = suite('HandshakeError');

test('is a WebSocketError with code 1006, after which no Close frame is sent (§7.1.7)', () => {
  const error = new HandshakeError('no', { code: 'ERR_TRANSPORT' });
  assert.instance(error, WebSocketError);
  assert.is(error.name, 'HandshakeError');
  assert.is(error.message, 'no');
  assert.is(error.closeCode, 1006);
  assert.is(error.code, 'ERR_TRANSPORT');
  assert.is(error.reason, '');
  assert.is(error.response, undefined);
});

test('contains the response', () => {
  const response = refusal({ status: 403 });
  assert.is(new HandshakeError('no', { code: 'ERR_UNAUTHORIZED', response }).response, response);
});

test('failure() contains the response with an empty body, to be filled later', () => {
  const head = {
    type: 'response',
    status: 404,
    reason: '',
    version: '1.1',
    headers: HeaderFields.from([['A', 'b']]),
  } as const;
  const error = failure('no', head);
  assert.is(error.message, 'RFC 6455 §4.1: no');
  assert.equal(error.response, { ...head, body: new Uint8Array() });
  assert.is(failure('no').response, undefined);
});

test('has a cause only if there is one', () => {
  const cause = new Error('x');
  assert.is(new HandshakeError('no', { code: 'ERR_TRANSPORT', cause }).cause, cause);
  assert.not('cause' in new HandshakeError('no', { code: 'ERR_TRANSPORT' }));
});

test('broken() appends the message of the cause, if there is one', () => {
  const refused = new Error('connect ECONNREFUSED ::1:80');
  const table = [
    [refused, ': connect ECONNREFUSED ::1:80'],
    [new AggregateError([refused, new Error('b'), 'c'], ''), ': connect ECONNREFUSED ::1:80, b'],
    [new AggregateError([refused], 'all failed'), ': all failed'],
    [new AggregateError([]), ''],
    [new Error(''), ''],
    [Object.assign(new Error(''), { errors: 7 }), ''],
    ['reset', ''],
    [null, ''],
  ] as const;
  for (const [cause, said] of table) {
    const error = broken(cause);
    assert.is(error.message, `the transport broke during the opening handshake${said}`);
    assert.equal([error.name, error.cause, error.response], ['HandshakeError', cause, undefined]);
    assert.is(broken(cause, 'no').message, `no${said}`);
  }
  assert.not('cause' in broken(undefined));
});

test('has a code for programs', () => {
  assert.is(failure('no').code, 'ERR_BAD_RESPONSE');
  assert.is(failure('no', undefined, 'ERR_UNEXPECTED_STATUS').code, 'ERR_UNEXPECTED_STATUS');
  assert.is(broken(new Error('x')).code, 'ERR_TRANSPORT');
  const late = tooLate();
  assert.equal([late.code, late.message], ['ERR_HANDSHAKE_TIMEOUT', 'the opening handshake took too long']);
  const response = refusal({ status: 503 });
  assert.is(tooLate('x', response).response, response);
  assert.match(inspect(late), /code: 'ERR_HANDSHAKE_TIMEOUT'/);
  assert.not.match(inspect(new WebSocketError('x')), /code:/);
});

test.run();
