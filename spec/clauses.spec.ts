import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { faultsOf, readTable } from './support/proof-table.ts';

const test = suite('clauses of the RFCs');
const clauses = readTable('clauses');

test('are 182, in order of their numbers', () => {
  assert.equal(
    clauses.map(({ key }) => key),
    Array.from({ length: 182 }, (_, index) => String(index + 1)),
  );
});

test('have proofs, which all exist', () => assert.equal(faultsOf(clauses), []));

test('report proofs that do not exist', () => {
  const proofs = [
    'integrator: one sentence.',
    'base/fifo: returns items in the order they were added',
    'cases 26.1, 21',
    'fuzz: mask',
    'job: a ping is answered',
    'integrator:',
    'later: one day',
    'base/fifo: gives back',
    'base/queue: returns items in the order they were added',
    'cases 26.1, 99',
    'fuzz: luck',
    'job: a ping is lost',
  ];
  assert.equal(faultsOf([{ key: '7', text: '', proofs }]), [
    '7: not understood: integrator:',
    '7: no test: later: one day',
    '7: no test: base/fifo: gives back',
    '7: no test: base/queue: returns items in the order they were added',
    '7: no cases 99',
    '7: no target luck',
    '7: no job a ping is lost',
  ]);
  assert.equal(faultsOf([{ key: '7', text: '', proofs: [] }]), ['7: no proof']);
});

test.run();
