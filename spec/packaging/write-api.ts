// `npm run api`: writes the reports of what the entry points export to spec/packaging/api. With `--check` it compares instead,
// as CI does, so that a change of the surface is seen in review; and users can name every type that a signature mentions.

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../runtimes/bundle.ts';
import { apiReports } from './api-report.ts';
import { entryPoints } from './entry-points.ts';

/** What users never have to name, such as our own base classes. */
const needsNoName = /^(Base|Target|DriverObserver|OptionTable|Settled\w+|OwnOfConnection), in /;

const checks = process.argv.includes('--check');
const faults: string[] = [];

for (const [entry, { text, unnamed }] of apiReports(join(root, 'build/lib'), entryPoints)) {
  const file = join(root, `spec/packaging/api/${entry}.txt`);
  const earlier = existsSync(file) ? readFileSync(file, 'utf8') : '';
  if (!checks) writeFileSync(file, text);
  else if (earlier !== text) faults.push(`${entry} exports something else than its report says: npm run api`);
  const missing = unnamed.filter(line => !needsNoName.test(line));
  faults.push(...missing.map(line => `no entry point exports the type ${line}`));
}

console.log(faults.join('\n') || `${entryPoints.length} reports, ${checks ? 'none differs' : 'written'}`);
process.exitCode = faults.length === 0 ? 0 : 1;
