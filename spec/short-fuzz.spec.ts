// Runs every fuzz target briefly with fixed inputs. `npm run fuzz` runs them longer.

import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { FuzzTarget } from './fuzz/runner/fuzz-target.ts';
import { tryTarget } from './fuzz/runner/try-target.ts';

const test = suite('fuzz targets');

/** Excluded targets: the first needs other programs, the second would disturb a measurement of coverage. */
const longOnly = ['differential', 'work'];

const targets = readdirSync(fileURLToPath(new URL('./fuzz/', import.meta.url)))
  .filter(file => file.endsWith('.js') && file !== 'run.js')
  .map(file => file.slice(0, -3))
  .filter(name => !longOnly.includes(name));

for (const name of targets) {
  test(name, async () => {
    const target = (await import(`./fuzz/${name}.js`)) as FuzzTarget<unknown>;
    const lines: string[] = [];
    const budget = { inputs: 128, seconds: Infinity, seed: 20 };
    const { row } = await tryTarget(name, target, budget, line => lines.push(line));
    assert.is(row.failures, 0, lines.join('\n'));
  });
}

test.run();
