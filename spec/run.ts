// Runs the specs: `npm test`, or `npm test -- frames shell` for the files whose path holds one of the words.
// Prints a line a suite as it goes, the failures behind it, and last `N passed, N failed`.

import { readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

type Outcome = [errors: string | true, passed: number, skipped: number, total: number];
const uvu = globalThis as unknown as { UVU_DEFER: number; UVU_QUEUE: (() => Promise<Outcome>)[][] };

/** Folders of commands that have a name of their own, and of what suites share. */
const notSuites = /^(run|(interop|conformance|bench|fuzz|support|mutation|coverage)\/)/;

const root = fileURLToPath(new URL('.', import.meta.url));
const words = process.argv.slice(2);
const files = readdirSync(root, { recursive: true, encoding: 'utf8' })
  .filter(file => file.endsWith('.js') && !notSuites.test(relative('.', file)))
  .filter(file => words.length === 0 || words.some(word => file.includes(word)))
  .sort();

const strays: unknown[] = [];
process.on('unhandledRejection', reason => strays.push(reason));
process.on('uncaughtException', reason => strays.push(reason));

uvu.UVU_DEFER = 1;
let passed = 0;
let failed = 0;
for (const file of files) {
  uvu.UVU_QUEUE = [[]];
  await import(pathToFileURL(join(root, file)).href).catch((reason: unknown) => strays.push(reason));
  const suites = uvu.UVU_QUEUE[0] ?? [];
  if (suites.length === 0) {
    failed += 1;
    console.log(`${file}: a suite that never runs: test.run() is missing`);
  }
  for (const run of suites) {
    const [errors, ran, , total] = await run();
    passed += ran;
    failed += total - ran;
    if (errors !== true) console.log(errors);
  }
  await new Promise(resolve => setTimeout(resolve));
  for (const stray of strays.splice(0)) {
    failed += 1;
    console.log(`${file}: unhandled:`, stray);
  }
}
if (files.length === 0) failed += 1;
console.log(`\n${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
