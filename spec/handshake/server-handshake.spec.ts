import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { decodeLatin1 } from '../../lib/bytes/latin1.ts';
import type { HandshakeError } from '../../lib/handshake/handshake-error.ts';
import { encodeHead, type HeadInput, type RequestHead, type ResponseHead } from '../../lib/handshake/head.ts';
import { HeaderFields, type HeaderList } from '../../lib/handshake/header-fields.ts';
import { ServerHandshake } from '../../lib/handshake/server-handshake.ts';

const test = suite('ServerHandshake');

const key = 'dGhlIHNhbXBsZSBub25jZQ==';

const opening: HeaderList = [
  ['Host', 'h'],
  ['Upgrade', 'websocket'],
  ['Connection', 'Upgrade'],
  ['Sec-WebSocket-Key', key],
  ['Sec-WebSocket-Version', '13'],
  ['Sec-WebSocket-Protocol', 'chat, superchat'],
  ['Sec-WebSocket-Extensions', 'foo'],
];

function request({ headers = opening, ...changes }: Partial<HeadInput<RequestHead>> = {}): RequestHead {
  const fields = HeaderFields.from(headers);
  return { type: 'request', method: 'GET', target: '/chat', version: '1.1', headers: fields, ...changes };
}

/** Returns the opening request with the headers of this name replaced. */
function withValues(name: string, ...values: string[]): RequestHead {
  const others = opening.filter(([other]) => other !== name);
  return request({ headers: [...others, ...values.map(value => [name, value] as const)] });
}

/** Returns the refusal of this request. */
function refusalOf(head: RequestHead): ResponseHead {
  try {
    new ServerHandshake(head);
  } catch (error) {
    const { name, closeCode, response } = error as HandshakeError;
    assert.is(name, 'HandshakeError');
    assert.is(closeCode, 1006);
    assert.match(response!.headers.get('connection')!, 'close');
    assert.is(response!.headers.get('content-length'), String(response!.body.length));
    encodeHead(response!);
    return response!;
  }
  assert.unreachable('should have been rejected');
  throw new Error();
}

test('returns the fields of the request', () => {
  const head = request();
  const handshake = new ServerHandshake(head);
  assert.is(handshake.request, head);
  assert.is(handshake.target, '/chat');
  assert.is(handshake.host, 'h');
  assert.is(handshake.origin, undefined);
  assert.equal(handshake.protocols, ['chat', 'superchat']);
  assert.equal(handshake.extensions, [{ name: 'foo', parameters: [] }]);
});

test('encodes the answer as expected (§4.2.2)', () => {
  assert.is(
    decodeLatin1(encodeHead(new ServerHandshake(request()).accept())),
    'HTTP/1.1 101 Switching Protocols\r\n' +
      'Upgrade: websocket\r\n' +
      'Connection: Upgrade\r\n' +
      'Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n',
  );
});

test('sends the selection after its own headers', () => {
  const handshake = new ServerHandshake(request());
  const { headers } = handshake.accept({ protocol: 'chat', extensions: 'foo; x', headers: { Server: 's' } });
  assert.equal([...headers].slice(3), [
    ['Sec-WebSocket-Protocol', 'chat'],
    ['Sec-WebSocket-Extensions', 'foo; x'],
    ['Server', 's'],
  ]);
});

test('throws if the caller selects something that was not offered (§4.2.2)', () => {
  for (const protocol of ['', 'Chat', 'other']) {
    assert.throws(
      () => new ServerHandshake(request()).accept({ protocol }),
      (error: unknown) => error instanceof RangeError,
    );
  }
});

test('rejects with status, headers and body', () => {
  const { status, headers, body } = new ServerHandshake(request()).reject({
    status: 401,
    headers: { 'WWW-Authenticate': 'Basic' },
    body: 'no',
  });
  assert.is(status, 401);
  assert.is(headers.get('www-authenticate'), 'Basic');
  assert.is(headers.get('connection'), 'close');
  assert.is(body.length, 2);
});

for (const head of [
  withValues('Upgrade', 'WebSocket'),
  withValues('Upgrade', 'h2c, WEBSOCKET'),
  withValues('Connection', 'keep-alive, uPgRaDe'),
  withValues('Connection', 'keep-alive', 'Upgrade'),
  withValues('Content-Length', '0'),
  withValues('Sec-WebSocket-Protocol'),
  withValues('Sec-WebSocket-Protocol', 'a,,b'),
  withValues('Host', '[::1]:8080'),
  request({ version: '1.2' }),
  request({ target: '/' }),
  request({ target: 'http://h/chat' }),
  request({ target: 'wss://h' }),
  request({ target: 'HTTP://h/' }),
  request({ headers: opening.map(([name, value]) => [name.toUpperCase(), value] as const) }),
]) {
  test(`accepts ${head.target} ${JSON.stringify(head.headers)}`, () => {
    assert.is(new ServerHandshake(head).accept().status, 101);
  });
}

test('answers 405 to other methods (§4.2.1)', () => {
  for (const method of ['POST', 'get', 'HEAD', 'CONNECT', '__proto__']) {
    const { status, headers } = refusalOf(request({ method }));
    assert.is(status, 405);
    assert.is(headers.get('allow'), 'GET');
  }
});

for (const head of [
  request({ version: '1.0' }),
  request({ target: '*' }),
  request({ target: 'h:80' }),
  request({ target: 'ftp://h/' }),
  request({ target: 'xhttp://h/' }),
  request({ target: '/a b' }),
  request({ target: '/a#b' }),
  request({ target: 'http://h/#' }),
  request({ target: '/\xe9' }),
  withValues('Host'),
  withValues('Host', ''),
  withValues('Host', 'h', 'h'),
  withValues('Host', 'a@b'),
  withValues('Transfer-Encoding', 'chunked'),
  withValues('Transfer-Encoding', ''),
  withValues('Content-Length', '5'),
  withValues('Content-Length', '0', '0'),
  withValues('Content-Length', ''),
  withValues('Upgrade'),
  withValues('Upgrade', 'websocket2'),
  withValues('Connection'),
  withValues('Connection', 'notupgrade'),
  withValues('Connection', 'keep-alive'),
  withValues('Sec-WebSocket-Key'),
  withValues('Sec-WebSocket-Key', ''),
  withValues('Sec-WebSocket-Key', 'AAAAAAAAAAAAAAAAAAAA'),
  withValues('Sec-WebSocket-Key', 'AAAAAAAAAAAAAAAAAAAAAAA='),
  withValues('Sec-WebSocket-Key', 'AAAAAAAAAAAAAAAAAAAAAB=='),
  withValues('Sec-WebSocket-Key', 'AAAAAAAAAA AAAAAAAAAAAA=='),
  withValues('Sec-WebSocket-Key', 'AAAAAAAAAA-AAAAAAAAAAA=='),
  withValues('Sec-WebSocket-Key', 'AAAAAAAAAAAAAAAAAAAAAQ=R'),
  withValues('Sec-WebSocket-Key', key, key),
  withValues('Sec-WebSocket-Key', `${key}, ${key}`),
  withValues('Sec-WebSocket-Protocol', 'a b'),
  withValues('Sec-WebSocket-Protocol', 'a', 'a'),
  withValues('Sec-WebSocket-Extensions', 'a;'),
  withValues('Origin', 'http://a', 'http://a'),
  request({ headers: Array.from({ length: 10_000 }, () => ['a', 'b'] as const) }),
]) {
  const changed = [...head.headers]
    .filter(header => !opening.some(([name, value]) => name === header[0] && value === header[1]))
    .slice(0, 2);
  test(`answers 400 to ${head.target} HTTP/${head.version} ${JSON.stringify(changed)} (§4.2.1)`, () => {
    assert.is(refusalOf(head).status, 400);
  });
}

test('answers 426 with its own version to every other version (§4.4)', () => {
  for (const values of [[], ['12'], ['8'], ['013'], ['+13'], ['13, 8'], ['13', '13'], ['']]) {
    const { status, reason, headers } = refusalOf(withValues('Sec-WebSocket-Version', ...values));
    assert.is(status, 426, String(values));
    assert.is(reason, 'Upgrade Required');
    assert.is(headers.get('sec-websocket-version'), '13');
    assert.is(headers.get('upgrade'), 'websocket');
    assert.is(headers.get('connection'), 'Upgrade, close');
  }
});

test('rejects the drafts: neither keys nor version (hixie-76)', () => {
  const headers: HeaderList = [
    ['Host', 'h'],
    ['Upgrade', 'WebSocket'],
    ['Connection', 'Upgrade'],
    ['Sec-WebSocket-Key1', '4 @1  46546xW%0l 1 5'],
    ['Sec-WebSocket-Key2', '12998 5 Y3 1  .P00'],
  ];
  assert.is(refusalOf(request({ headers })).status, 426);
});

test('A14: the host of a target in absolute form replaces Host (RFC 9112 §3.2.2)', () => {
  for (const [target, host] of [
    ['http://evil.example/', 'evil.example'],
    ['HTTP://evil.example:8080/x?y', 'evil.example:8080'],
    ['wss://evil.example', 'evil.example'],
    ['http://evil.example?x', 'evil.example'],
    ['/http://evil.example/', 'h'],
  ] as const) {
    assert.is(new ServerHandshake(request({ target })).host, host);
  }
  for (const target of ['http://', 'http:///x', 'http://user@evil.example/', 'http://a,b/', 'http://a\\b/']) {
    assert.is(refusalOf(request({ target })).status, 400, target);
  }
  assert.is(refusalOf({ ...withValues('Host'), target: 'http://h/' }).status, 400);
});

test('A21: rejects versions of HTTP other than 1 with 505', () => {
  for (const version of ['2.0', '0.9', '3.1', '']) assert.is(refusalOf(request({ version })).status, 505);
  assert.is(refusalOf(request({ version: '1.0' })).status, 400);
  assert.ok(new ServerHandshake(request({ version: '1.2' })));
});

test('B8: recognizes 100-continue, and rejects other expectations (RFC 9110 §10.1.1)', () => {
  const expecting = (value: string) => withValues('Expect', value);
  assert.not(new ServerHandshake(request()).expectsContinue);
  assert.ok(new ServerHandshake(expecting('100-Continue')).expectsContinue);
  for (const value of ['', 'x', '100-continue, x']) assert.is(refusalOf(expecting(value)).status, 417);
});

test.run();
