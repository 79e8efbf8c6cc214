import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { ClientConnect } from '../../lib/handshake/client-connect.ts';
import { connectResponse } from '../../lib/handshake/connect-head.ts';
import type { HandshakeError } from '../../lib/handshake/handshake-error.ts';
import { HeaderFields } from '../../lib/handshake/header-fields.ts';

const test = suite('ClientConnect');

test('sends an extended CONNECT (RFC 8441 §4, §5)', () => {
  const { headers, request } = new ClientConnect('wss://u:p@h:8443/chat?a=b', {
    protocols: ['chat'],
    extensions: 'foo',
    origin: 'https://o',
    headers: { 'X-Up': 'Per' },
  });
  assert.equal(headers, [
    [':method', 'CONNECT'],
    [':protocol', 'websocket'],
    [':scheme', 'https'],
    [':path', '/chat?a=b'],
    [':authority', 'h:8443'],
    ['sec-websocket-version', '13'],
    ['sec-websocket-protocol', 'chat'],
    ['sec-websocket-extensions', 'foo'],
    ['origin', 'https://o'],
    ['authorization', 'Basic dTpw'],
    ['x-up', 'Per'],
  ]);
  assert.equal([request.type, request.method, request.target], ['request', 'CONNECT', '/chat?a=b']);
});

test('sends scheme http for ws:, and Host as :authority (RFC 8441 §5)', () => {
  const { headers } = new ClientConnect('ws://h', { headers: { Host: 'other' } });
  assert.equal(headers.slice(2), [
    [':scheme', 'http'],
    [':path', '/'],
    [':authority', 'other'],
    ['sec-websocket-version', '13'],
  ]);
});

test('opens on each 2xx (RFC 8441 §5)', () => {
  const offer = new ClientConnect('ws://h', { protocols: 'chat', extensions: 'foo' });
  for (const status of ['200', '201', '298', '299']) {
    assert.equal(offer.check(connectResponse([[':status', status]])), { protocol: '', extensions: [] });
  }
  const agreed = offer.check(
    connectResponse([
      [':status', '204'],
      ['sec-websocket-protocol', 'chat'],
      ['sec-websocket-extensions', 'foo'],
    ]),
  );
  assert.equal(agreed, { protocol: 'chat', extensions: [{ name: 'foo', parameters: [] }] });
});

test('rejects any other response', () => {
  const offer = new ClientConnect('ws://h');
  for (const headers of [
    [],
    [[':status', '101']],
    [[':status', '100']],
    [[':status', '199']],
    [[':status', '300']],
    [[':status', '302']],
    [[':status', '404']],
    [[':status', '2000']],
    [
      [':status', '200'],
      [':status', '200'],
    ],
    [
      [':status', '200'],
      ['sec-websocket-protocol', 'chat'],
    ],
    [
      [':status', '200'],
      ['sec-websocket-extensions', 'foo'],
    ],
  ] as [string, string][][]) {
    assert.throws(
      () => offer.check(connectResponse(headers)),
      (error: HandshakeError) => error.name === 'HandshakeError',
    );
  }
});

test('puts the response without pseudo-headers into the error', () => {
  try {
    new ClientConnect('ws://h').check(
      connectResponse([
        [':status', '403'],
        ['a', 'b'],
      ]),
    );
    assert.unreachable();
  } catch (error) {
    assert.equal((error as HandshakeError).response, {
      type: 'response',
      status: 403,
      reason: '',
      version: '',
      headers: HeaderFields.from([['a', 'b']]),
      body: new Uint8Array(),
    });
  }
});

test.run();
