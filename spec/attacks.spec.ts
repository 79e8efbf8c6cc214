import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { faultsOf, type Requirement, readTable } from './support/proof-table.ts';

const test = suite('known attacks');
const attacks = readTable('attacks');
const spec = fileURLToPath(new URL('../../spec/', import.meta.url));

/** True for the sections A, B and C, which have the numbers of field reports. */
const isReport = ({ key }: Requirement) => /^[ABC]/.test(key);

test('are 89, and then seven on decompression, six on streams and seven others, in order', () => {
  const numbered = (prefix: string, count: number) =>
    Array.from({ length: count }, (_, index) => `${prefix}${index + 1}`);
  assert.equal(
    attacks.filter(attack => !isReport(attack)).map(({ key }) => key),
    [...numbered('', 89), ...numbered('I', 7), ...numbered('J', 6), ...numbered('L', 7)],
  );
});

test('include each field report once, in order', () => {
  const keys = attacks.filter(isReport).map(({ key }) => key);
  const place = (key: string) => key.charCodeAt(0) * 100 + Number(key.slice(1));
  assert.equal(
    keys,
    [...new Set(keys)].sort((one, other) => place(one) - place(other)),
  );
});

test('are in the table if a spec refers to them', () => {
  const known = new Set(attacks.map(({ key }) => key));
  for (const file of readdirSync(spec, { recursive: true, encoding: 'utf8' })) {
    if (!file.endsWith('.ts')) continue;
    const text = readFileSync(spec + file, 'utf8');
    assert.not.match(text, /\(.*\bfacts, row/, `${file} cites a table that is not here`);
    for (const [cited, list = ''] of text.matchAll(/\battacks? (\d+(?:(?:, | and | to )\d+)*)/g)) {
      for (const number of list.match(/\d+/g) ?? [])
        assert.ok(known.has(number), `${file}: ${cited} is not in conformance/attacks.md`);
    }
  }
});

test('have proofs, which all exist', () => assert.equal(faultsOf(attacks), []));

test.run();
