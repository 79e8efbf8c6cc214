// Runs the specs: `npm test`, or `npm test -- frames shell` for the files whose path holds one of the words.
// Prints a line a suite as it goes, the failures behind it, and last `N passed, N failed`.

import { readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { runSuites } from './support/run-suites.ts';

/** Folders of commands that have a name of their own, and of what suites share. */
const notSuites = /^(run|(interop|conformance|bench|fuzz|runtimes|packaging|mutation|coverage|support)\/)/;

const root = fileURLToPath(new URL('.', import.meta.url));
const words = process.argv.slice(2);
const files = readdirSync(root, { recursive: true, encoding: 'utf8' })
  .filter(file => file.endsWith('.js') && !notSuites.test(relative('.', file)))
  .filter(file => words.length === 0 || words.some(word => file.includes(word)))
  .sort()
  .map(name => ({ name, load: () => import(pathToFileURL(join(root, name)).href) }));

const { passed, failed } = await runSuites(files, console.log);
console.log(`\n${passed} passed, ${failed} failed`);
process.exit(failed === 0 && files.length > 0 ? 0 : 1);
