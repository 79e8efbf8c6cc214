import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  checkedExtensions,
  formatExtensions,
  headerExtensions,
  isSelection,
  parseExtensions,
} from '../../lib/handshake/extensions.ts';
import { HeaderFields } from '../../lib/handshake/header-fields.ts';

const test = suite('parseExtensions');

const named = (name: string) => ({ name, parameters: [] });

test('parses names, parameters and values in order (§9.1)', () => {
  assert.equal(parseExtensions('foo'), [named('foo')]);
  assert.equal(parseExtensions('bar; baz=2'), [{ name: 'bar', parameters: [['baz', '2']] }]);
  assert.equal(parseExtensions('foo, bar; baz=2; x; baz=3'), [
    named('foo'),
    {
      name: 'bar',
      parameters: [
        ['baz', '2'],
        ['x', undefined],
        ['baz', '3'],
      ],
    },
  ]);
});

test('allows spaces and tabs around commas and semicolons', () => {
  const expected = parseExtensions('a;b=c,d;e');
  for (const value of ['a ; b=c , d ; e', ' \ta\t;\tb=c\t,\td\t;\te\t ', 'a;b=c,  d;  e']) {
    assert.equal(parseExtensions(value), expected, value);
  }
});

test('accepts every character of a token', () => {
  const token = "!#$%&'*+-.^_`|~09AZaz";
  assert.equal(parseExtensions(`${token};${token}=${token}`), [
    { name: token, parameters: [[token, token]] },
  ]);
});

test('unescapes a quoted value that is a token (§9.1)', () => {
  for (const value of ['x; a=10', 'x; a="10"', 'x; a="\\10"', 'x; a="\\1\\0"']) {
    assert.equal(parseExtensions(value), [{ name: 'x', parameters: [['a', '10']] }], value);
  }
});

test('skips empty list elements if there is another (RFC 9110 §5.6.1)', () => {
  for (const value of ['a,', ',a', ', ,a, ,', ',\t,a'])
    assert.equal(parseExtensions(value), [named('a')], value);
  for (const value of ['', ' ', ',', ' , ,']) assert.is(parseExtensions(value), undefined, value);
});

for (const value of [
  ';',
  'a;',
  'a; ',
  'a; ;b',
  'a; =b',
  'a b',
  'a; b c',
  'a; b=c d',
  'a; b="',
  'a; b="c',
  'a; b=""',
  'a; b="c d"',
  'a; b="c,d"',
  'a; b="c\\"d"',
  'a; b="c\\\\d"',
  'a; b="c\\"',
  'a; b="c"d',
  'a; b=',
  'a; b =c',
  'a; b= c',
  'a=b',
  'a; b=c=d',
  ',;constructor',
  'a,;b',
  'a, ;b, c',
  'x; a="b, permessage-deflate"',
  '"a"',
  'a/b',
  'a; b=(c)',
  'a\u00e4',
  'a; b=\u0669',
  'a\0',
  'a\u00a0',
  'a;\u00a0b',
  'a\r\n, b',
]) {
  test(`rejects ${JSON.stringify(value)} (§9.1)`, () => assert.is(parseExtensions(value), undefined));
}

test('treats names of Object.prototype like any other', () => {
  for (const name of ['constructor', '__proto__', 'toString', 'hasOwnProperty']) {
    assert.equal(parseExtensions(`${name}; ${name}=${name}`), [{ name, parameters: [[name, name]] }]);
  }
});

test('accepts 16 extensions, but not 17', () => {
  assert.is(parseExtensions(Array(16).fill('a').join())?.length, 16);
  assert.is(parseExtensions(Array(17).fill('a').join()), undefined);
});

test('accepts 16 parameters in an extension, but not 17', () => {
  const full = `a${';b'.repeat(16)}`;
  assert.is(parseExtensions(`${full}, ${full}`)?.[1]?.parameters.length, 16);
  assert.is(parseExtensions(`${full};b`), undefined);
});

test('accepts 4096 characters, but not 4097', () => {
  assert.equal(parseExtensions('a'.repeat(4096)), [named('a'.repeat(4096))]);
  assert.is(parseExtensions('a'.repeat(4097)), undefined);
});

test('rejects long input in linear time', () => {
  const started = performance.now();
  for (const value of [
    `a; b="${'\\c'.repeat(20_000)}`,
    `a; b="${'\\c'.repeat(2_000)}`,
    `b${' '.repeat(60_000)}x`,
    `b${' '.repeat(4_000)}x`,
    `a; b="${'c'.repeat(4_000)}`,
    `b${' \t'.repeat(2_000)}`,
    `${','.repeat(4_000)} ;`,
  ]) {
    parseExtensions(value);
  }
  assert.ok(performance.now() - started < 3000);
});

test('is reversed by formatExtensions()', () => {
  for (const value of ['foo', 'foo, bar; baz=2', 'a; b; c=d, a']) {
    assert.is(formatExtensions(parseExtensions(value)!), value);
  }
  assert.is(formatExtensions([]), '');
  assert.is(formatExtensions(parseExtensions('a;b="c"')!), 'a; b=c');
});

test('formatExtensions() rejects names and values that are not tokens', () => {
  for (const bad of ['', 'a b', 'a\r\n', 'a;b']) {
    assert.throws(() => formatExtensions([named(bad)]), TypeError as never);
    assert.throws(() => formatExtensions([{ name: 'a', parameters: [[bad, undefined]] }]), /must be tokens/);
    assert.throws(() => formatExtensions([{ name: 'a', parameters: [['b', bad]] }]), /must be tokens/);
  }
});

test('headerExtensions() joins the lines of a head (§9.1)', () => {
  assert.equal(headerExtensions(new HeaderFields()), []);
  const lines = [
    ['Sec-WebSocket-Extensions', 'a; b'],
    ['Host', 'h'],
    ['sec-websocket-extensions', 'c'],
  ] as const;
  assert.equal(headerExtensions(HeaderFields.from(lines)), [
    { name: 'a', parameters: [['b', undefined]] },
    named('c'),
  ]);
  assert.is(headerExtensions(HeaderFields.from([['Sec-WebSocket-Extensions', '']])), undefined);
});

test('checkedExtensions() throws a TypeError if parseExtensions() rejects the value', () => {
  assert.equal(checkedExtensions(undefined), []);
  assert.equal(checkedExtensions('a'), [named('a')]);
  assert.throws(
    () => checkedExtensions('a;'),
    (error: unknown) => error instanceof TypeError && /extensions/.test(error.message),
  );
});

test('isSelection() is true if all were offered and none occurs twice (§4.2.2)', () => {
  const offered = parseExtensions('a; x, a, b')!;
  for (const value of ['a', 'b', 'b, a', 'a; y=1'])
    assert.ok(isSelection(parseExtensions(value)!, offered), value);
  assert.ok(isSelection([], offered));
  for (const value of ['c', 'A', 'a, c', 'a, a', 'b, a, b']) {
    assert.not(isSelection(parseExtensions(value)!, offered), value);
  }
});

test.run();
