import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { faultsOf, readTable } from './support/proof-table.ts';

const test = suite('the behaviour of the hosts');
const manners = readTable('hosts');

test('are 28, in order of their numbers', () => {
  assert.equal(
    manners.map(({ key }) => key),
    Array.from({ length: 28 }, (_, index) => String(index + 1)),
  );
});

test('have proofs, all of which exist', () => assert.equal(faultsOf(manners), []));

test.run();
