// `npm run figures`: writes README's table of figures from the results in demo/figures, where `npm run bench -- NAMES --keep`
// leaves them.

import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { readResults } from './site/bench-results.ts';
import { keptFigures } from './site/build-figures.ts';
import { withFigures } from './site/readme-figures.ts';

const readme = fileURLToPath(new URL('../../README.md', import.meta.url));
writeFileSync(readme, withFigures(readFileSync(readme, 'utf8'), readResults(keptFigures)));
