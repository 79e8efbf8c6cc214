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

const fields = HeaderFields.from(pairs);

test('get finds all fields of a name, whatever its case, and joins them in their order', () => {
  assert.is(fields.get('CONNECTION'), 'keep-alive, Upgrade, \tclose');
  assert.is(fields.get('x-one'), 'a,,b ');
  assert.is(fields.get('__proto__'), 'x');
  assert.is(fields.get('empty'), '');
  for (const name of ['constructor', 'toString', 'X-On', 'X-Onee', ''])
    assert.is(fields.get(name), undefined);
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
  assert.equal([...new HeaderFields()], []);
});

test('the console shows pairs', () => {
  const inspect = (fields as never)[Symbol.for('nodejs.util.inspect.custom')] as (...of: unknown[]) => string;
  assert.is(
    inspect.call(fields, 0, { compact: 3 }, (value: unknown, options: object) =>
      JSON.stringify([value, options]),
    ),
    `HeaderFields ${JSON.stringify([pairs, { compact: 3 }])}`,
  );
});

test('fields that differ are not deeply equal', () => {
  assert.not.equal(HeaderFields.from([['A', 'b']]), HeaderFields.from([['A', 'c']]));
  assert.equal(HeaderFields.from([['A', 'b']]), new HeaderFields(['A', 'b']));
});

test('is made of pairs, of names and values in turn, or of itself', () => {
  const raw = ['A', 'b', 'C', 'd'];
  assert.equal(
    [...new HeaderFields(raw)],
    [
      ['A', 'b'],
      ['C', 'd'],
    ],
  );
  assert.is(new HeaderFields(raw).raw, raw);
  assert.equal(HeaderFields.from(new Map([['A', 'b']])).raw, ['A', 'b']);
  assert.is(HeaderFields.from(fields), fields);
  assert.equal(HeaderFields.from(pairs).raw, fields.raw);
});

test.run();
