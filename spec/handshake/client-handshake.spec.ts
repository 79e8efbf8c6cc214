import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { decodeLatin1 } from '../../lib/bytes/latin1.ts';
import { ClientHandshake } from '../../lib/handshake/client-handshake.ts';
import type { HandshakeError } from '../../lib/handshake/handshake-error.ts';
import { encodeHead, type ResponseHead } from '../../lib/handshake/head.ts';
import { HeaderFields, type HeaderList } from '../../lib/handshake/header-fields.ts';
import { utf8 } from '../support/utf8.ts';

const test = suite('ClientHandshake');

/** The nonce of §1.3. */
const randomBytes = () => utf8('the sample nonce');
const accept = 's3pPLMBiTxaQ9kYGzzhZRbK+xOo=';

const handshake = () => new ClientHandshake('ws://h/', { protocols: 'chat', extensions: 'foo', randomBytes });

const opening: HeaderList = [
  ['Upgrade', 'websocket'],
  ['Connection', 'Upgrade'],
  ['Sec-WebSocket-Accept', accept],
];

function response(headers: HeaderList = opening, changes: Partial<ResponseHead> = {}): ResponseHead {
  return {
    type: 'response',
    status: 101,
    reason: 'x',
    version: '1.1',
    headers: HeaderFields.from(headers),
    ...changes,
  };
}

/** Returns the opening headers with those of this name replaced. */
function withValues(name: string, ...values: string[]): ResponseHead {
  const others = opening.filter(([other]) => other !== name);
  return response([...others, ...values.map(value => [name, value] as const)]);
}

function refuses(head: ResponseHead): void {
  assert.throws(
    () => handshake().check(head),
    (error: HandshakeError) =>
      error.name === 'HandshakeError' &&
      error.closeCode === 1006 &&
      error.response?.status === head.status &&
      error.response.headers === head.headers,
  );
}

test('encodes the request as expected (§4.1)', () => {
  const { request } = new ClientHandshake('ws://user:pw@server.example.com:8080/chat?x=1', {
    protocols: ['chat', 'superchat'],
    origin: 'http://example.com',
    extensions: 'foo',
    headers: { Cookie: 'a=b' },
    randomBytes,
  });
  assert.is(
    decodeLatin1(encodeHead(request)),
    'GET /chat?x=1 HTTP/1.1\r\n' +
      'Host: server.example.com:8080\r\n' +
      'Upgrade: websocket\r\n' +
      'Connection: Upgrade\r\n' +
      'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n' +
      'Sec-WebSocket-Version: 13\r\n' +
      'Sec-WebSocket-Protocol: chat, superchat\r\n' +
      'Sec-WebSocket-Extensions: foo\r\n' +
      'Origin: http://example.com\r\n' +
      'Authorization: Basic dXNlcjpwdw==\r\n' +
      'Cookie: a=b\r\n\r\n',
  );
});

test('requests 16 random bytes once, and rejects any other number', () => {
  const asked: number[] = [];
  new ClientHandshake('ws://h/', {
    randomBytes: n => {
      asked.push(n);
      return new Uint8Array(n);
    },
  });
  assert.equal(asked, [16]);
  for (const length of [0, 15, 17]) {
    assert.throws(
      () => new ClientHandshake('ws://h/', { randomBytes: () => new Uint8Array(length) }),
      (error: unknown) => error instanceof RangeError && error.message.startsWith('randomBytes'),
    );
  }
});

test('throws the error of the random source', () => {
  const failing = () => {
    throw new Error('no entropy');
  };
  assert.throws(() => new ClientHandshake('ws://h/', { randomBytes: failing }), 'no entropy');
});

test('opens on the response of §1.3', () => {
  assert.equal(handshake().check(withValues('Sec-WebSocket-Protocol', 'chat')), {
    protocol: 'chat',
    extensions: [],
  });
});

test('accepts Upgrade and Connection in any case, and Connection with other elements (§4.1)', () => {
  handshake().check(withValues('Upgrade', 'WebSocket'));
  handshake().check(withValues('Connection', 'keep-alive, uPgRaDe'));
  handshake().check(withValues('Connection', 'keep-alive', 'Upgrade'));
  handshake().check(response(opening.map(([name, value]) => [name.toUpperCase(), value])));
});

test('ignores headers of a body, which a 101 cannot have (RFC 9112 §6.3)', () => {
  handshake().check(withValues('Content-Length', '0'));
});

for (const status of [100, 102, 103, 200, 204, 301, 401, 426, 500]) {
  test(`rejects status ${status} with valid headers (§4.1)`, () => refuses(response(opening, { status })));
}

test('rejects HTTP/1.0', () => refuses(response(opening, { version: '1.0' })));

for (const [name, ...values] of [
  ['Upgrade'],
  ['Upgrade', ''],
  ['Upgrade', 'websocket2'],
  ['Upgrade', 'h2c, websocket'],
  ['Upgrade', 'websocket', 'websocket'],
  ['Connection'],
  ['Connection', 'close'],
  ['Connection', 'notupgrade'],
  ['Sec-WebSocket-Accept'],
  ['Sec-WebSocket-Accept', ''],
  ['Sec-WebSocket-Accept', 't3pPLMBiTxaQ9kYGzzhZRbK+xOo='],
  ['Sec-WebSocket-Accept', accept.toLowerCase()],
  ['Sec-WebSocket-Accept', accept.slice(0, -1)],
  ['Sec-WebSocket-Accept', accept, accept],
  ['Sec-WebSocket-Protocol', 'Chat'],
  ['Sec-WebSocket-Protocol', 'chat', 'chat'],
  ['Sec-WebSocket-Extensions', 'bar'],
  ['Sec-WebSocket-Extensions', 'foo;'],
] as [string, ...string[]][]) {
  test(`rejects ${name}: ${JSON.stringify(values)} (§4.1)`, () => refuses(withValues(name, ...values)));
}

test('rejects 10,000 headers without Upgrade', () => {
  refuses(response(Array.from({ length: 10_000 }, () => ['a', 'b'] as const)));
});

test.run();
