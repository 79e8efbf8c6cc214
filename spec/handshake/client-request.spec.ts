import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type Acceptance, ClientRequest } from '../../lib/handshake/client-request.ts';
import type { HandshakeError } from '../../lib/handshake/handshake-error.ts';
import type { RequestHead, ResponseHead } from '../../lib/handshake/head.ts';
import { HeaderFields, type HeaderList } from '../../lib/handshake/header-fields.ts';

const test = suite('ClientRequest');

/** A subclass that exposes the part that all versions of HTTP share. */
class Bare extends ClientRequest {
  override readonly request: RequestHead;
  constructor(target: string, host: string, list: HeaderList) {
    const headers = HeaderFields.from(list);
    super(target, host, headers);
    this.request = { type: 'request', method: 'GET', target, version: '1.1', headers };
  }
  override accept(acceptance: Acceptance): ResponseHead {
    return {
      type: 'response',
      status: 101,
      reason: '',
      version: '1.1',
      headers: HeaderFields.from(this.answer(acceptance)),
    };
  }
  answered(acceptance: Acceptance): HeaderList {
    return [...this.accept(acceptance).headers];
  }
}

const offer = (...headers: [string, string][]) => new Bare('/x', 'h', headers);

test('returns the fields of the request', () => {
  const asked = offer(
    ['Origin', 'http://o'],
    ['Sec-WebSocket-Protocol', 'a, b'],
    ['Sec-WebSocket-Extensions', 'foo; x=1'],
    ['sec-websocket-extensions', 'bar'],
  );
  assert.is(asked.target, '/x');
  assert.is(asked.host, 'h');
  assert.is(asked.origin, 'http://o');
  assert.equal(asked.protocols, ['a', 'b']);
  assert.equal(asked.extensions, [
    { name: 'foo', parameters: [['x', '1']] },
    { name: 'bar', parameters: [] },
  ]);
});

test('has no offers by default', () => {
  const asked = offer();
  assert.is(asked.origin, undefined);
  assert.equal(asked.protocols, []);
  assert.equal(asked.extensions, []);
  assert.equal(asked.answered({}), []);
});

for (const headers of [
  [
    ['Origin', 'http://a'],
    ['origin', 'http://a'],
  ],
  [['Sec-WebSocket-Protocol', 'a b']],
  [['Sec-WebSocket-Protocol', '']],
  [['Sec-WebSocket-Protocol', 'a, a']],
  [['Sec-WebSocket-Extensions', ';']],
  [['Sec-WebSocket-Extensions', 'a; b="c d"']],
  [['Sec-WebSocket-Extensions', '']],
] as [string, string][][]) {
  test(`answers 400 to ${JSON.stringify(headers)} (§4.2.1)`, () => {
    assert.throws(
      () => offer(...headers),
      (error: HandshakeError) => error.name === 'HandshakeError' && error.response?.status === 400,
    );
  });
}

test('answers with the selection', () => {
  const asked = offer(['Sec-WebSocket-Protocol', 'a, b'], ['Sec-WebSocket-Extensions', 'foo, foo; x, bar']);
  assert.equal(
    asked.answered({ protocol: 'b', extensions: 'bar; y=2, foo', headers: { 'Set-Cookie': 'c=d' } }),
    [
      ['Sec-WebSocket-Protocol', 'b'],
      ['Sec-WebSocket-Extensions', 'bar; y=2, foo'],
      ['Set-Cookie', 'c=d'],
    ],
  );
});

test('throws if the caller selects something that was not offered (§4.2.2)', () => {
  const asked = offer(['Sec-WebSocket-Protocol', 'a'], ['Sec-WebSocket-Extensions', 'foo']);
  for (const acceptance of [
    { protocol: '' },
    { protocol: 'A' },
    { protocol: 'b' },
    { extensions: 'bar' },
    { extensions: 'foo, foo' },
  ]) {
    const [name] = Object.keys(acceptance);
    assert.throws(
      () => asked.answered(acceptance),
      (error: unknown) => error instanceof RangeError && error.message.startsWith(name!),
    );
  }
  assert.throws(
    () => offer().answered({ protocol: 'a' }),
    (error: unknown) => error instanceof RangeError,
  );
});

test('throws if the caller passes something that cannot be sent', () => {
  const asked = offer(['Sec-WebSocket-Extensions', 'foo']);
  for (const acceptance of [
    { extensions: '' },
    { extensions: 'foo;' },
    { extensions: 'foo\r\nA: b' },
    { headers: { 'Sec-WebSocket-Protocol': 'a' } },
    { headers: { A: 'b\r\n' } },
  ]) {
    assert.throws(
      () => asked.answered(acceptance),
      (error: unknown) => error instanceof TypeError,
    );
  }
});

test('rejects with the given status, headers and body (§4.2.2)', () => {
  const refusal = offer().reject({ status: 403, headers: { 'X-Why': 'because' }, body: 'no' });
  assert.equal([refusal.type, refusal.status, refusal.reason], ['response', 403, 'Forbidden']);
  assert.ok(refusal.headers.get('X-Why') === 'because');
  assert.is(new TextDecoder().decode(refusal.body), 'no');
  assert.throws(
    () => offer().reject({ status: 101 }),
    (error: unknown) => error instanceof RangeError,
  );
});

test.run();
