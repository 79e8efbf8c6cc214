import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { HeaderFields } from '../../lib/handshake/header-fields.ts';
import {
  checkedHeaders,
  checkField,
  hasElement,
  headerElements,
  headersRule,
  isHost,
  isToken,
  trimWhitespace,
} from '../../lib/handshake/headers.ts';

const test = suite('headers');

const isTypeError = (error: unknown) => error instanceof TypeError;

const headers = HeaderFields.from([
  ['Connection', 'keep-alive, Upgrade'],
  ['X-One', 'a,,b '],
  ['connection', '\tclose'],
  ['__proto__', 'x'],
]);

test('headerElements() splits lists and drops empty elements', () => {
  assert.equal(headerElements(headers, 'connection'), ['keep-alive', 'Upgrade', 'close']);
  assert.equal(headerElements(headers, 'x-one'), ['a', 'b']);
  assert.equal(headerElements(headers, 'x-two'), []);
});

test('hasElement() compares whole elements in any case', () => {
  assert.ok(hasElement(headers, 'connection', 'upgrade'));
  assert.ok(hasElement(HeaderFields.from([['Connection', 'uPgRaDe']]), 'connection', 'upgrade'));
  assert.not(hasElement(HeaderFields.from([['Connection', 'notupgrade']]), 'connection', 'upgrade'));
  assert.not(hasElement(HeaderFields.from([['Connection', 'upgrade\xa0']]), 'connection', 'upgrade'));
  assert.not(hasElement(HeaderFields.from([['Connection', 'up grade']]), 'connection', 'upgrade'));
});

test('trimWhitespace() removes only spaces and tabs, in linear time', () => {
  for (const [text, expected] of [
    ['', ''],
    [' \t ', ''],
    [' a', 'a'],
    ['a\t', 'a'],
    ['\t a b \t', 'a b'],
    ['\xa0a\xa0', '\xa0a\xa0'],
    ['\n a \n', '\n a \n'],
  ] as const) {
    assert.is(trimWhitespace(text), expected);
  }
  const started = performance.now();
  const long = ' '.repeat(60_000);
  assert.is(trimWhitespace(long), '');
  assert.is(trimWhitespace(`${long}b${long}x${long}`).length, 60_002);
  assert.ok(performance.now() - started < 3000);
});

test('isToken() accepts exactly the characters of RFC 9110 §5.6.2', () => {
  const tokens = "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  for (let code = 0; code < 0x180; code++) {
    const character = String.fromCharCode(code);
    assert.is(isToken(character), tokens.includes(character), String(code));
  }
  assert.ok(isToken(tokens));
  for (const bad of ['', 'a b', 'a\n', '\na', 12, null, undefined, ['a']]) assert.not(isToken(bad));
});

test('checkedHeaders() accepts pairs, a platform Headers, a Map, and an object', () => {
  const expected = [
    ['x-a', '1'],
    ['x-b', '2 \xe9'],
  ];
  assert.equal(checkedHeaders(expected as [string, string][]), expected);
  assert.equal(checkedHeaders(new Map(expected as [string, string][])), expected);
  assert.equal(checkedHeaders({ 'x-a': '1', 'x-b': '2 \xe9' }), expected);
  assert.equal(checkedHeaders(new Headers({ 'X-A': '1', 'X-B': '2 \xe9' })), expected);
  assert.equal(checkedHeaders(undefined), []);
});

test('checkedHeaders() copies, so that later changes have no effect', () => {
  const field: [string, string] = ['a', 'b'];
  const list = checkedHeaders([field]);
  field[1] = 'c\r\n';
  assert.equal(list, [['a', 'b']]);
});

for (const name of [
  'Connection',
  'UPGRADE',
  'Keep-Alive',
  'Proxy-Connection',
  'TE',
  'Trailer',
  'Expect',
  'Content-Length',
  'Transfer-Encoding',
  'Sec-WebSocket-Key',
  'Sec-WebSocket-Accept',
  'sec-websocket-version',
  'Sec-WebSocket-Protocol',
  'Sec-WebSocket-Extensions',
  'Sec-WebSocket-Anything',
]) {
  test(`checkedHeaders() rejects ${name}, which belongs to the handshake`, () => {
    assert.throws(() => checkedHeaders({ [name]: 'x' }), isTypeError);
  });
}

test('checkedHeaders() accepts names that resemble those of the handshake', () => {
  for (const name of ['Host', 'X-Upgrade', 'Upgrade-Insecure-Requests', 'Test', '__proto__', 'constructor']) {
    assert.equal(checkedHeaders([[name, 'x']]), [[name, 'x']]);
  }
});

test('checkField() rejects everything that could mean something else on the wire', () => {
  for (const bad of ['\r', '\n', '\0', '\x7f', '\x1b', '\u010a', '\ud800', '\u{1f600}', 'a\r\nX: y']) {
    assert.throws(() => checkField('name', bad), isTypeError);
    assert.throws(() => checkField('name', `a${bad}b`), isTypeError);
    assert.throws(() => checkField(`a${bad}`, 'value'), isTypeError);
    assert.throws(() => checkedHeaders({ name: bad }), isTypeError);
  }
  for (const bad of ['', 'a b', 'a:', 'a\xe9', '(']) assert.throws(() => checkField(bad, 'x'), isTypeError);
  for (const bad of [1, null, undefined, ['x'], {}]) {
    assert.throws(() => checkField('name', bad as string), isTypeError);
    assert.throws(() => checkField(bad as string, 'value'), isTypeError);
  }
  for (const good of ['', ' ', '\t', 'a b', '\x80\xff', '"\\,;']) checkField('name', good);
});

test('checkedHeaders() rejects anything but a list of pairs', () => {
  for (const bad of [null, 'ab', 7, true, ['ab'], [1], [null], [{}]]) {
    assert.throws(
      () => checkedHeaders(bad as unknown as []),
      (error: unknown) => error instanceof TypeError && error.message.startsWith('headers must'),
    );
  }
  assert.throws(() => checkedHeaders([['a']] as unknown as []), isTypeError);
});

test('isHost() accepts one host', () => {
  for (const host of ['h', 'h:80', '[::1]:8080', '127.0.0.1', 'a.example']) assert.ok(isHost(host), host);
  for (const host of [undefined, '', 'a, b', 'a b', 'u@h', 'h/x', 'h?x', 'h#x', 'h\\x']) {
    assert.not(isHost(host), host);
  }
});

test('the option `headers` is checked, and empty by default', () => {
  assert.equal(headersRule.fallback, []);
  assert.equal(headersRule.check({ 'X-A': 'b' }, 'headers', {}), [['X-A', 'b']]);
  assert.throws(() => headersRule.check(7, 'headers', {}), /^headers must be .* \(got 7\)$/);
});

test.run();
