import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { connectHeaders, connectRequest, connectResponse } from '../../lib/handshake/connect-head.ts';
import { HeaderFields } from '../../lib/handshake/header-fields.ts';

const test = suite('connect-head');

test('converts a request to a head with :authority as Host (RFC 8441 §5)', () => {
  const request = connectRequest([
    [':method', 'CONNECT'],
    [':protocol', 'websocket'],
    [':scheme', 'https'],
    [':path', '/chat?a=b'],
    [':authority', 'h:8443'],
    ['host', 'other'],
    ['origin', 'https://o'],
  ]);
  assert.equal(request, {
    type: 'request',
    method: 'CONNECT',
    target: '/chat?a=b',
    version: '',
    headers: HeaderFields.from([
      ['host', 'h:8443'],
      ['origin', 'https://o'],
    ]),
  });
});

test('keeps Host in a request without :authority; missing parts are empty', () => {
  assert.equal(connectRequest([['host', 'h']]).headers, HeaderFields.from([['host', 'h']]));
  const { method, target, headers } = connectRequest([]);
  assert.equal([method, target, headers], ['', '', HeaderFields.from([])]);
});

test('converts a response to a head without pseudo-headers', () => {
  const response = connectResponse([
    [':status', '204'],
    ['server', 's'],
  ]);
  assert.equal(response, {
    type: 'response',
    status: 204,
    reason: '',
    version: '',
    headers: HeaderFields.from([['server', 's']]),
  });
});

test('rejects a status that is not three digits', () => {
  for (const status of ['', '20', '2000', '2e2', ' 200', '0xc8']) {
    assert.ok(Number.isNaN(connectResponse([[':status', status]]).status), status);
  }
  assert.ok(Number.isNaN(connectResponse([]).status));
});

test('converts a response to lower case, without Connection (RFC 8441 §5)', () => {
  const headers = connectHeaders({
    type: 'response',
    status: 403,
    reason: 'Forbidden',
    version: '1.1',
    headers: [
      ['Connection', 'close'],
      ['X-A', 'B'],
    ],
  });
  assert.equal(headers, [
    [':status', '403'],
    ['x-a', 'B'],
  ]);
});

test.run();
