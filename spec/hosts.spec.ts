import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { faultsOf, readTable } from './support/proof-table.ts';

const test = suite('behaviour of the hosts');
const behaviours = readTable('hosts');

test('are 28, in order of their numbers', () => {
  assert.equal(
    behaviours.map(({ key }) => key),
    Array.from({ length: 28 }, (_, index) => String(index + 1)),
  );
});

test('have proofs, which all exist', () => assert.equal(faultsOf(behaviours), []));

test.run();
