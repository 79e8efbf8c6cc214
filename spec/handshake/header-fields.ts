import { inspect } from 'node:util';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { HeaderFields } from '../../lib/handshake/header-fields.ts';

const test = suite('HeaderFields');

const pairs = [
  ['Connection', 'keep-alive, Upgrade'],
  ['X-One', 'a,,b '],
  ['connection', '\tclose'],
  ['__proto__', 'x'],
  ['Empty', ''],
] as const;

const fields = new HeaderFields(pairs);

test('get finds all fields of a name, whatever its case, and joins them in their order', () => {
  assert.is(fields.get('CONNECTION'), 'keep-alive, Upgrade, \tclose');
  assert.is(fields.get('x-one'), 'a,,b ');
  assert.is(fields.get('__proto__'), 'x');
  assert.is(fields.get('empty'), '');
  for (const name of ['constructor', 'toString', 'X-On', 'X-Onee', '']) assert.is(fields.get(name), undefined);
});

test('getAll finds each of them', () => {
  assert.equal(fields.getAll('connection'), ['keep-alive, Upgrade', '\tclose']);
  assert.equal(fields.getAll('Empty'), ['']);
  assert.equal(fields.getAll('toString'), []);
});

test('has knows names', () => {
  assert.ok(fields.has('empty'));
  assert.not(fields.has('constructor'));
});

test('goes through the fields as they are, and nothing is lost', () => {
  assert.equal([...fields], pairs);
  assert.is(fields.length, 5);
  assert.equal(JSON.parse(JSON.stringify(fields)), pairs);
  assert.match(inspect(fields), /^HeaderFields \[\s*\[ 'Connection', 'keep-alive, Upgrade' \],/);
  assert.equal([...new HeaderFields()], []);
});

test('is made of pairs, of names and values in turn, or of itself', () => {
  const raw = ['A', 'b', 'C', 'd'];
  assert.equal([...HeaderFields.fromRaw(raw)], [['A', 'b'], ['C', 'd']]);
  assert.is(HeaderFields.fromRaw(raw).raw, raw);
  assert.equal(new HeaderFields(new Map([['A', 'b']])).raw, ['A', 'b']);
  assert.is(HeaderFields.from(fields), fields);
  assert.equal(HeaderFields.from(pairs).raw, fields.raw);
});

test.run();
