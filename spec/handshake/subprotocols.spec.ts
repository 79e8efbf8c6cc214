import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { HeaderFields, type HeaderList } from '../../lib/handshake/header-fields.ts';
import {
  checkedProtocols,
  offeredProtocols,
  offeredProtocolsRule,
  type ProtocolPolicy,
  protocolChoice,
  protocolChoiceRule,
} from '../../lib/handshake/subprotocols.ts';

const test = suite('subprotocols');

/** Returns the subprotocols of these fields. */
const offered = (fields: HeaderList) => offeredProtocols(HeaderFields.from(fields));

const many = (count: number) => Array.from({ length: count }, (_, index) => `p${index}`);

test('accepts distinct tokens as a client’s offer (§4.1)', () => {
  assert.equal(checkedProtocols(), []);
  assert.equal(checkedProtocols('chat'), ['chat']);
  assert.equal(checkedProtocols(['b', 'a', 'A', '__proto__']), ['b', 'a', 'A', '__proto__']);
  assert.is(checkedProtocols(many(32)).length, 32);
});

test('rejects anything else as a client’s offer', () => {
  const bad = [['a', 'a'], ['a b'], [''], '', ['a,b'], ['a\r\n'], ['\u010a'], [1], [null], many(33)];
  for (const protocols of bad as string[][]) {
    assert.throws(
      () => checkedProtocols(protocols),
      (error: unknown) => error instanceof SyntaxError && error.message.startsWith('protocols'),
    );
  }
});

test('copies the list of a client', () => {
  const protocols = ['a'];
  const checked = checkedProtocols(protocols);
  protocols[0] = 'b\r\n';
  assert.equal(checked, ['a']);
});

test('a server selects the first of the client’s in its list of any length, or the result of its function', () => {
  const choose = protocolChoice([...many(100), 'chat']);
  assert.equal(
    [choose(['other', 'p99', 'chat']), choose(['cha']), choose([])],
    ['p99', undefined, undefined],
  );
  assert.is(protocolChoice()(['chat']), undefined);
  assert.is(protocolChoice(offered => offered.at(-1))(['a', 'b']), 'b');
});

test('copies the list of a server', () => {
  const protocols = ['a'];
  const choose = protocolChoice(protocols);
  protocols[0] = 'b';
  assert.is(choose(['b', 'a']), 'a');
});

test('accepts only a list of distinct tokens or a function on a server', () => {
  const bad = ['chat', 5, true, null, {}, new Set(['chat']), ['a', 'a'], ['a b'], [''], [1], [null]];
  for (const protocols of bad) {
    assert.throws(
      () => protocolChoice(protocols as ProtocolPolicy),
      (error: unknown) => error instanceof TypeError && error.message.startsWith('protocols'),
    );
  }
});

test('a server reads lists over several lines, and skips empty elements (§11.3.4)', () => {
  assert.equal(offered([]), []);
  const headers = [
    ['Sec-WebSocket-Protocol', 'a,, b'],
    ['sec-websocket-protocol', ' c ,'],
  ] as const;
  assert.equal(offered(headers), ['a', 'b', 'c']);
  assert.is(offered([['Sec-WebSocket-Protocol', many(32).join()]])?.length, 32);
});

test('a server rejects everything else', () => {
  for (const value of ['', ',', 'a b', 'a, a', 'a;b', '"a"', 'a\xa0', many(33).join()]) {
    assert.is(offered([['Sec-WebSocket-Protocol', value]]), undefined, value);
  }
});

test('a server takes linear time for whitespace', () => {
  const started = performance.now();
  offered([['Sec-WebSocket-Protocol', `b${' '.repeat(60_000)}x`]]);
  offered([['Sec-WebSocket-Protocol', ' ,'.repeat(30_000)]]);
  assert.ok(performance.now() - started < 3000);
});

test('the option of a client is checked, and empty by default', () => {
  assert.equal(offeredProtocolsRule.fallback, []);
  assert.equal(offeredProtocolsRule.check('a', 'protocols', {}), ['a']);
  for (const value of [5, null, {}, true]) {
    assert.throws(
      () => offeredProtocolsRule.check(value, 'protocols', {}),
      (error: unknown) =>
        error instanceof TypeError && /^protocols must be a string or a list/.test(error.message),
    );
  }
});

test('the option of a server is a policy; a function is called as a method of the options', () => {
  assert.is(protocolChoiceRule.fallback(['a']), undefined);
  const options = {
    known: 'b',
    protocols() {
      return this.known;
    },
  };
  assert.is(protocolChoiceRule.check(options.protocols, 'protocols', options)(['a', 'b']), 'b');
  assert.is(protocolChoiceRule.check(['a'], 'protocols', {})(['b', 'a']), 'a');
  assert.throws(() => protocolChoiceRule.check('a', 'protocols', {}), /^protocols must be .* \(got "a"\)$/);
  assert.throws(() => protocolChoiceRule.check(['a', 'a'], 'protocols', {}), /\(got \["a","a"\]\)$/);
});

test.run();
