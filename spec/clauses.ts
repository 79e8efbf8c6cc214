import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { faultsOf, readTable } from './support/proof-table.ts';

const test = suite('the clauses of the RFCs');
const clauses = readTable('clauses');

test('are 182, in order', () => {
  assert.equal(
    clauses.map(({ key }) => key),
    Array.from({ length: 182 }, (_, index) => String(index + 1)),
  );
});

test('have proofs, each of which is there', () => assert.equal(faultsOf(clauses), []));

test.run();
