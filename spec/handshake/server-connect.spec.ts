import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { ClientConnect } from '../../lib/handshake/client-connect.ts';
import { connectHeaders } from '../../lib/handshake/connect-head.ts';
import type { HandshakeError } from '../../lib/handshake/handshake-error.ts';
import { HeaderFields, type HeaderList } from '../../lib/handshake/header-fields.ts';
import { ServerConnect } from '../../lib/handshake/server-connect.ts';

const test = suite('ServerConnect');

const opening: HeaderList = [
  [':method', 'CONNECT'],
  [':protocol', 'websocket'],
  [':scheme', 'https'],
  [':path', '/chat'],
  [':authority', 'h:8443'],
  ['sec-websocket-version', '13'],
  ['sec-websocket-protocol', 'chat'],
  ['sec-websocket-extensions', 'foo'],
  ['origin', 'https://o'],
];

function withValues(name: string, ...values: string[]): HeaderList {
  return [...opening.filter(([other]) => other !== name), ...values.map(value => [name, value] as const)];
}

test('returns the fields of the request (RFC 8441 §5)', () => {
  const { request, target, host, origin, protocols, extensions } = new ServerConnect(opening);
  assert.equal(
    [request.method, request.target, [...request.headers][0]],
    ['CONNECT', '/chat', ['host', 'h:8443']],
  );
  assert.equal([target, host, origin, protocols], ['/chat', 'h:8443', 'https://o', ['chat']]);
  assert.equal(extensions, [{ name: 'foo', parameters: [] }]);
  const byHost = withValues(':authority').concat([['host', 'other']]);
  assert.is(new ServerConnect(byHost).host, 'other');
});

test('ignores Sec-WebSocket-Key, and sends no accept (RFC 8441 §5)', () => {
  assert.equal(connectHeaders(new ServerConnect(withValues('sec-websocket-key', 'bad')).accept()), [
    [':status', '200'],
  ]);
});

test('accepts headers with names similar to those of HTTP/1.1', () => {
  for (const name of ['x-connection', 'upgrade-insecure-requests', 'content-length-hint']) {
    assert.equal(new ServerConnect(withValues(name, '1')).accept().status, 200);
  }
});

test('answers in lower case with the selection', () => {
  const response = new ServerConnect(opening).accept({
    protocol: 'chat',
    extensions: 'foo',
    headers: { Server: 'S' },
  });
  assert.equal(connectHeaders(response), [
    [':status', '200'],
    ['sec-websocket-protocol', 'chat'],
    ['sec-websocket-extensions', 'foo'],
    ['server', 'S'],
  ]);
  assert.throws(
    () => new ServerConnect(opening).accept({ protocol: '' }),
    (error: unknown) => error instanceof RangeError,
  );
});

test('rejects without headers of HTTP/1.1, and never with a successful status', () => {
  const offer = new ServerConnect(opening);
  const refusal = offer.reject({ status: 403, reason: 'x', headers: { 'X-A': 'B' }, body: 'no' });
  assert.equal(connectHeaders(refusal), [
    [':status', '403'],
    ['x-a', 'B'],
    ['content-type', 'text/plain; charset=utf-8'],
    ['content-length', '2'],
  ]);
  assert.is(refusal.body.length, 2);
  assert.is(offer.reject({ status: 300 }).status, 300);
  for (const status of [200, 299, 600]) {
    assert.throws(
      () => offer.reject({ status }),
      (error: unknown) => error instanceof RangeError,
    );
  }
});

for (const [headers, status] of [
  [[], 405],
  [withValues(':method', 'GET'), 405],
  [withValues(':protocol'), 400],
  [withValues(':protocol', 'webtransport'), 501],
  [withValues(':protocol', 'websocket', 'websocket'), 501],
  [withValues(':scheme'), 400],
  [withValues(':scheme', 'wss'), 400],
  [withValues(':scheme', 'xhttp'), 400],
  [withValues(':scheme', 'https:'), 400],
  [withValues(':path'), 400],
  [withValues(':path', ''), 400],
  [withValues(':path', '*'), 400],
  [withValues(':path', '/a b'), 400],
  [withValues(':path', '/a#b'), 400],
  [withValues(':path', '/', '/'), 400],
  [withValues(':authority'), 400],
  [withValues(':authority', 'a', 'b'), 400],
  [withValues('connection', 'upgrade'), 400],
  [withValues('Upgrade', 'websocket'), 400],
  [withValues('transfer-encoding', 'chunked'), 400],
  [withValues('content-length', '5'), 400],
  [withValues('sec-websocket-version'), 400],
  [withValues('sec-websocket-version', '8'), 400],
  [withValues('sec-websocket-protocol', 'a b'), 400],
  [withValues('sec-websocket-extensions', ';'), 400],
] as [HeaderList, number][]) {
  const changed = headers.filter(header => !opening.includes(header));
  test(`answers ${status} to ${headers.length} headers with ${JSON.stringify(changed)}`, () => {
    assert.throws(
      () => new ServerConnect(headers),
      (error: HandshakeError) => error.name === 'HandshakeError' && error.response?.status === status,
    );
  });
}

test('sends its version when it rejects another one', () => {
  try {
    new ServerConnect(withValues('sec-websocket-version', '8'));
    assert.unreachable();
  } catch (error) {
    const headers = HeaderFields.from(connectHeaders((error as HandshakeError).response!));
    assert.is(headers.get('sec-websocket-version'), '13');
    assert.is(headers.get('connection'), undefined);
    assert.equal([...headers][0], [':status', '400']);
  }
});

test('accepts the request of our own client, which accepts the answer', () => {
  const client = new ClientConnect('wss://h/x', { protocols: ['a', 'b'] });
  const response = new ServerConnect(client.headers).accept({ protocol: 'b' });
  assert.equal(client.check(response), { protocol: 'b', extensions: [] });
});

test.run();
