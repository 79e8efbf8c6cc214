// Every fuzz target for a moment, always with the same inputs. `npm run fuzz` takes its time.

import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { FuzzTarget } from './fuzz/engine/fuzz-target.ts';
import { tryTarget } from './fuzz/engine/try-target.ts';

const test = suite('fuzz targets');

const targets = readdirSync(fileURLToPath(new URL('./fuzz/', import.meta.url)))
  .filter(file => file.endsWith('.js') && file !== 'run.js' && file !== 'differential.js')
  .map(file => file.slice(0, -3));

for (const name of targets) {
  test(name, async () => {
    const target = (await import(`./fuzz/${name}.js`)) as FuzzTarget;
    const lines: string[] = [];
    const budget = { inputs: 'check' in target ? 128 : 10, seconds: Infinity, seed: 20 };
    const { row } = await tryTarget(name, target, undefined, budget, line => lines.push(line));
    assert.is(row.failures, 0, lines.join('\n'));
  });
}

test.run();
