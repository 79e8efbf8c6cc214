import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { decodeLatin1, encodeLatin1 } from '../../lib/bytes/latin1.ts';
import { HeaderFields, type HeaderList } from '../../lib/handshake/header-fields.ts';
import { ResponseBody } from '../../lib/handshake/response-body.ts';

const test = suite('ResponseBody');

const chunked: HeaderList = [['Transfer-Encoding', 'gzip, Chunked']];

function bodyOf(headers: HeaderList = [], status = 403, version = '1.1') {
  return new ResponseBody({
    type: 'response',
    status,
    reason: '',
    version,
    headers: HeaderFields.from(headers),
  });
}

/** Returns the body for any cut of the bytes, and whether it is done then. */
function outcome(headers: HeaderList, bytes: string): readonly [string, boolean] {
  const outcomes = new Set<string>();
  const whole = encodeLatin1(bytes);
  const splits = Array.from(whole, (_, at) => [whole.slice(0, at), whole.slice(at)]);
  const singly = Array.from(whole, byte => Uint8Array.of(byte));
  for (const chunks of [singly, ...splits]) {
    const body = bodyOf(headers);
    for (const chunk of chunks) body.write(chunk);
    outcomes.add(JSON.stringify([decodeLatin1(body.take()), body.done]));
  }
  assert.is(outcomes.size, 1);
  return JSON.parse([...outcomes][0]!);
}

test('has the length of Content-Length, or extends to the end without one (RFC 9112 §6.3)', () => {
  assert.equal(outcome([['Content-Length', '5']], 'hello, and more'), ['hello', true]);
  assert.equal(outcome([['Content-Length', '5']], 'hell'), ['hell', false]);
  assert.equal(outcome([['Content-Length', '-5']], 'hello'), ['hello', false]);
  assert.equal(outcome([], 'hello'), ['hello', false]);
});

test('keeps 4096 bytes, and is done then', () => {
  const body = bodyOf();
  body.write(new Uint8Array(4095).fill(7));
  assert.is(body.done, false);
  body.write(new Uint8Array(2).fill(7));
  assert.equal([body.take().length, body.done], [4096, true]);
  body.write(new Uint8Array(1));
  assert.equal(body.take(), new Uint8Array(4096).fill(7));
});

test('is empty if the status allows no body (RFC 9110 §6.4.1), and over HTTP/2 with 2xx (RFC 8441 §5)', () => {
  for (const [status, version, done] of [
    [101, '1.1', true],
    [199, '1.1', true],
    [204, '1.1', true],
    [304, '1.1', true],
    [200, '', true],
    [299, '', true],
    [200, '1.1', false],
    [300, '', false],
    [303, '1.1', false],
  ] as const) {
    const body = bodyOf([], status, version);
    assert.is(body.done, done, `${status}`);
    body.write(Uint8Array.of(1));
    assert.is(body.take().length, done ? 0 : 1);
  }
});

test('joins chunks, and ends with the one of length 0 (RFC 9112 §7.1)', () => {
  assert.equal(outcome(chunked, '3\r\nwho\r\nA;x="y"\r\n is there?\r\n0\r\nX: y\r\n\r\n'), [
    'who is there?',
    true,
  ]);
  assert.equal(outcome(chunked, '5\nhello\n00\n'), ['hello', true]);
  assert.equal(outcome(chunked, `1\r\na\r\n10\r\n${'b'.repeat(16)}\r\n0\r\n`), [`a${'b'.repeat(16)}`, true]);
  assert.equal(outcome(chunked, '5\r\nhel'), ['hel', false]);
  assert.equal(outcome(chunked, '5\r\nhello'), ['hello', false]);
  assert.equal(outcome([...chunked, ['Content-Length', '2']], '5\r\nhello\r\n'), ['hello', false]);
});

test('prefers chunks to Content-Length, unless there is no body', () => {
  assert.equal(outcome([...chunked, ['Content-Length', '0']], '5\r\nhello\r\n0\r\n'), ['hello', true]);
  assert.is(bodyOf(chunked, 204).done, true);
});

test('ends at a chunk without a length', () => {
  assert.equal(outcome(chunked, '5\r\nhello\r\nwhat?\r\n5\r\nhello'), ['hello', true]);
  assert.equal(outcome(chunked, `5\r\nhello\r\n5;${'x'.repeat(254)}\r\nhello`), ['hello', true]);
  assert.equal(outcome(chunked, `5\r\nhello\r\n5;${'x'.repeat(253)}\r\nhello`), ['hellohello', false]);
});

test('treats chunked as the coding only if it is the last', () => {
  for (const coding of ['chunked, gzip', 'unchunked', '']) {
    assert.equal(outcome([['Transfer-Encoding', coding]], '0\r\n'), ['0\r\n', false]);
  }
});

test.run();
