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

test('get() finds all fields with a name in any case, and joins them in order', () => {
  assert.is(fields.get('CONNECTION'), 'keep-alive, Upgrade, \tclose');
  assert.is(fields.get('x-one'), 'a,,b ');
  assert.is(fields.get('__proto__'), 'x');
  assert.is(fields.get('empty'), '');
  for (const name of ['constructor', 'toString', 'X-On', 'X-Onee', ''])
    assert.is(fields.get(name), undefined);
});

test('getAll() finds each of them', () => {
  assert.equal(fields.getAll('connection'), ['keep-alive, Upgrade', '\tclose']);
  assert.equal(fields.getAll('Empty'), ['']);
  assert.equal(fields.getAll('toString'), []);
});

test('has() finds names', () => {
  assert.ok(fields.has('empty'));
  assert.not(fields.has('constructor'));
});

test('iterates over all fields unchanged', () => {
  assert.equal([...fields], pairs);
  assert.is(fields.length, 5);
  assert.equal(JSON.parse(JSON.stringify(fields)), pairs);
  assert.equal([...new HeaderFields()], []);
});

test('shows pairs in the console', () => {
  const inspect = (fields as never)[Symbol.for('nodejs.util.inspect.custom')] as (...of: unknown[]) => string;
  assert.is(
    inspect.call(fields, 0, { compact: 3 }, (value: unknown, options: object) =>
      JSON.stringify([value, options]),
    ),
    `HeaderFields ${JSON.stringify([pairs, { compact: 3 }])}`,
  );
});

test('is not deeply equal to other fields', () => {
  assert.not.equal(HeaderFields.from([['A', 'b']]), HeaderFields.from([['A', 'c']]));
  assert.equal(HeaderFields.from([['A', 'b']]), new HeaderFields(['A', 'b']));
});

test('can be created from pairs, alternating names and values, or itself', () => {
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
