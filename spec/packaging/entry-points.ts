// The names of the entry points of the package, which are those of their files in lib.

import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../runtimes/bundle.ts';

export const entryPoints: readonly string[] = readdirSync(join(root, 'lib'))
  .filter(file => file.endsWith('.ts'))
  .map(file => file.replace('.ts', ''))
  .sort();
