import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { faultsOf, readTable } from './support/proof-table.ts';

const test = suite('the attacks of this field');
const attacks = readTable('attacks');

test('are 89, then seven on inflating, six on streams and seven others, in order', () => {
  const numbered = (prefix: string, count: number) =>
    Array.from({ length: count }, (_, index) => `${prefix}${index + 1}`);
  assert.equal(
    attacks.map(({ key }) => key),
    [...numbered('', 89), ...numbered('I', 7), ...numbered('J', 6), ...numbered('L', 7)],
  );
});

test('have proofs, each of which is there', () => assert.equal(faultsOf(attacks), []));

test.run();
