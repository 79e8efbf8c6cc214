// `npm run figures`: writes the table of figures in README from the results in demo/figures, which `npm run bench -- NAMES --keep`
// writes.

import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { readResults } from './site/bench-results.ts';
import { keptFigures } from './site/build-figures.ts';
import { withFigures } from './site/readme-figures.ts';

const readme = fileURLToPath(new URL('../../README.md', import.meta.url));
writeFileSync(readme, withFigures(readFileSync(readme, 'utf8'), readResults(keptFigures)));
