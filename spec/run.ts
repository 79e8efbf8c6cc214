// Runs the specs: `npm test`, or `npm test -- frames shell` for the files whose path holds one of the words.
// Prints a line a suite as it goes, the failures after it, and last `N passed, N failed`.

import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { runSuites } from './support/run-suites.ts';
import { suiteFiles } from './support/suite-files.ts';

const root = fileURLToPath(new URL('.', import.meta.url));
const words = process.argv.slice(2);
const files = suiteFiles(root)
  .filter(file => words.length === 0 || words.some(word => file.includes(word)))
  .map(name => ({ name, load: () => import(pathToFileURL(join(root, name)).href) }));

const { passed, failed } = await runSuites(files, console.log);
console.log(`\n${passed} passed, ${failed} failed`);
process.exit(failed === 0 && files.length > 0 ? 0 : 1);
