import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { decodeLatin1, encodeLatin1 } from '../../lib/bytes/latin1.ts';
import { encodeHead } from '../../lib/handshake/head.ts';
import { type RefusalInit, refusal, refuse } from '../../lib/handshake/refusal.ts';

const test = suite('refusal');

test('is a complete response, after which the connection is closed', () => {
  const { body, ...head } = refusal({ status: 403 });
  assert.is(
    decodeLatin1(encodeHead(head)),
    'HTTP/1.1 403 Forbidden\r\nConnection: close\r\nContent-Length: 0\r\n\r\n',
  );
  assert.equal(body, new Uint8Array());
});

test('encodes text as UTF-8', () => {
  const { headers, body } = refusal({ status: 401, body: 'né', headers: { 'WWW-Authenticate': 'Basic' } });
  assert.equal(
    [...headers],
    [
      ['WWW-Authenticate', 'Basic'],
      ['Connection', 'close'],
      ['Content-Type', 'text/plain; charset=utf-8'],
      ['Content-Length', '3'],
    ],
  );
  assert.equal(body, new Uint8Array([0x6e, 0xc3, 0xa9]));
});

test('prefers the content type of the headers', () => {
  const { headers } = refusal({ status: 404, body: '<p>', headers: [['content-type', 'text/html']] });
  assert.equal(
    [...headers],
    [
      ['content-type', 'text/html'],
      ['Connection', 'close'],
      ['Content-Length', '3'],
    ],
  );
});

test('copies bytes', () => {
  const bytes = new Uint8Array([9, 1, 2, 9]).subarray(1, 3);
  const { headers, body } = refusal({ status: 500, body: bytes });
  bytes.fill(0);
  assert.equal(body, new Uint8Array([1, 2]));
  assert.equal(
    [...headers],
    [
      ['Connection', 'close'],
      ['Content-Length', '2'],
    ],
  );
});

test('has the given reason, the usual one, or none', () => {
  assert.is(refusal({ status: 503, reason: 'Full' }).reason, 'Full');
  assert.is(refusal({ status: 503 }).reason, 'Service Unavailable');
  assert.is(refusal({ status: 418 }).reason, '');
});

test('has reasons for all statuses that servers send here', () => {
  const reasons = [400, 401, 403, 404, 405, 426, 431, 500, 503].map(status => refusal({ status }).reason);
  assert.equal(reasons, [
    'Bad Request',
    'Unauthorized',
    'Forbidden',
    'Not Found',
    'Method Not Allowed',
    'Upgrade Required',
    'Request Header Fields Too Large',
    'Internal Server Error',
    'Service Unavailable',
  ]);
});

test('has no Content-Length with status 204 (RFC 9110 §8.6)', () => {
  assert.equal([...refusal({ status: 204 }).headers], [['Connection', 'close']]);
});

test('accepts a status from 200 to 599', () => {
  for (const status of [200, 599]) assert.is(refusal({ status }).status, status);
  for (const status of [0, 100, 101, 199, 600, 200.5, NaN]) {
    assert.throws(
      () => refusal({ status }),
      (error: unknown) => error instanceof RangeError && error.message.startsWith('status'),
    );
  }
  for (const status of [undefined, null, '404']) {
    assert.throws(
      () => refusal({ status: status as never }),
      (error: unknown) => error instanceof TypeError && error.message.startsWith('status'),
    );
  }
});

test('rejects unknown options', () => {
  assert.throws(
    () => refusal({ status: 401, header: {} } as never),
    /no option "header" \(did you mean "headers"/,
  );
});

test('rejects a reason that cannot be sent', () => {
  for (const reason of ['no entry – sorry', 'no\r\nX: y', 'no\0']) {
    assert.throws(() => refusal({ status: 403, reason }), /^reason must have no control characters/);
  }
  assert.is(refusal({ status: 403, reason: 'défendu\t!' }).reason, 'défendu\t!');
});

test('rejects a body and headers that cannot be sent', () => {
  const bad: RefusalInit[] = [
    { status: 400, body: 5 as unknown as string },
    { status: 400, body: [1] as unknown as Uint8Array },
    { status: 400, body: null as unknown as string },
    { status: 400, headers: { 'Content-Length': '7' } },
    { status: 400, headers: { 'Content-Type': 'a\r\nb: c' } },
  ];
  for (const init of bad) {
    assert.throws(
      () => refusal(init),
      (error: unknown) => error instanceof TypeError,
    );
  }
});

test('refuse() creates a refusal from a fault', () => {
  const error = refuse(405, 'no', [['Allow', 'GET']]);
  assert.is(error.message, 'RFC 6455 §4.2: no');
  assert.is(error.response?.status, 405);
  assert.equal(error.response?.body, encodeLatin1('no\n'));
  assert.equal([...error.response!.headers][0], ['Allow', 'GET']);
  assert.equal([...refuse(400, '').response!.headers][0], ['Connection', 'close']);
});

test('refuse() keeps Connection of our own headers', () => {
  const { response } = refuse(426, 'other version', [['connection', 'Upgrade, close']]);
  assert.equal(response?.headers.getAll('connection'), ['Upgrade, close']);
});

test.run();
