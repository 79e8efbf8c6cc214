// The files of build/spec that hold suites: `*.spec.js`.

import { readdirSync } from 'node:fs';

/** Returns the paths of all suites below the folder, sorted. */
export function suiteFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter(file => file.endsWith('.spec.js'))
    .sort();
}
