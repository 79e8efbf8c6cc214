// `npm run api`: writes a report of the exports of each entry point to spec/packaging/api, so that reviewers see a change of the
// API. With `--check`, as in CI, it compares the reports instead. It also checks that every type in a signature is exported.

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../runtimes/bundle.ts';
import { apiReports } from './api-report.ts';
import { entryPoints } from './entry-points.ts';

/** Matches types that users need not name, such as internal base classes. */
const needsNoName = /^(Base|Target|DriverObserver|InboxOwner|OptionTable|Settled\w+|OwnOfConnection), in /;

const checks = process.argv.includes('--check');
const faults: string[] = [];

for (const [entry, { text, unnamed }] of apiReports(join(root, 'build/lib'), entryPoints)) {
  const file = join(root, `spec/packaging/api/${entry}.txt`);
  const earlier = existsSync(file) ? readFileSync(file, 'utf8') : '';
  if (!checks) writeFileSync(file, text);
  else if (earlier !== text)
    faults.push(`the exports of ${entry} differ from its report; to write it: npm run api`);
  const missing = unnamed.filter(line => !needsNoName.test(line));
  faults.push(...missing.map(line => `no entry point exports the type ${line}`));
}

console.log(faults.join('\n') || `${entryPoints.length} reports, ${checks ? 'unchanged' : 'written'}`);
process.exitCode = faults.length === 0 ? 0 : 1;
