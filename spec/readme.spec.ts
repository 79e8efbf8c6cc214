// Runs the README's code.

import { readFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { outputOf, programsIn, promisedLines, surviveAbruptClients } from './support/documented-programs.ts';

const test = suite('README');
const programs = programsIn(readFileSync(new URL('../../README.md', import.meta.url), 'utf8'));

test('has examples', () => {
  assert.ok(programs.length >= 3);
});

programs.forEach(({ code }, index) => {
  test(`block ${index + 1} prints what it says, and nothing else`, async () => {
    const printed = (await outputOf(code)).split('\n').slice(0, -1);
    assert.equal(printed.sort(), promisedLines(code).sort());
  });

  if (!code.includes('.listen(') || process.versions.bun) return;
  test(`block ${index + 1} goes on when clients are refused, cut, or close first (C2)`, () =>
    surviveAbruptClients(code));
});

test.run();
