// Which files of build/spec hold suites.

import { readdirSync } from 'node:fs';

/** Folders of commands that have a name of their own, and of what suites share. */
const notSuites =
  /^(run|(interop|conformance|bench|fuzz|runtimes|packaging|mutation|coverage|inspector|soak|support)\/)/;

/** The paths under the folder, sorted. */
export function suiteFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter(file => file.endsWith('.js') && !notSuites.test(file))
    .sort();
}
