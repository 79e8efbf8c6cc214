// `npm run conformance -- api`: tests the platform's interfaces in wsluice and five other hosts, and prints one table.
//
//   --host ours,deno        the hosts, by prefixes of their names (default: all)
//   --cases 8,10.3          groups and cases, by prefixes of their ids (default: all)
//   --all                   print also the cases that all hosts pass
//   --why                   print the fault of each failed case
//   --no-skip               fail if a host is not installed (default if CI=true)
//
// The exit code is 1 if "ours" fails a case without a reason in accepted.ts.

import { parseArgs } from 'node:util';
import { install } from '../../runtimes/install.ts';
import { clearProgress, progress } from '../../support/progress.ts';
import { accepted } from './accepted.ts';
import { type Host, hosts } from './hosts.ts';
import { ApiServer } from './server.ts';
import { type Column, departures, reasons, table, totals } from './table.ts';

const { values } = parseArgs({
  args: process.argv.slice(2).filter(argument => argument !== 'api'),
  options: {
    host: { type: 'string', default: '' },
    cases: { type: 'string', default: '' },
    all: { type: 'boolean', default: false },
    why: { type: 'boolean', default: false },
    'no-skip': { type: 'boolean', default: false },
  },
});

const names = values.host.toLowerCase().split(',').filter(Boolean);
const starts = values.cases.split(',').filter(Boolean);
const mayNotSkip = values['no-skip'] || process.env.CI === 'true';
const chosen = hosts.filter(
  host => names.length === 0 || names.some(name => host.name.toLowerCase().startsWith(name)),
);

async function columnOf(host: Host): Promise<Column> {
  const { name, interfaces } = host;
  if (!host.isInstalled()) {
    console.log(`${name} is not installed; to install it: ${host.install}`);
    return { name, interfaces, version: '', faults: undefined };
  }
  progress(name);
  const server = new ApiServer();
  try {
    const { version, results } = await host.run({ ports: await server.listen(), starts });
    return { name, interfaces, version, faults: new Map(results.map(({ id, fault }) => [id, fault])) };
  } finally {
    server.stop();
  }
}

const packages = chosen.map(host => host.package).filter(name => name !== undefined);
await install(console.log, packages);
const columns: Column[] = [];
for (const host of chosen) columns.push(await columnOf(host));
clearProgress();
console.log(table(columns, values.all));
if (values.why) console.log(columns.map(reasons).join('\n'));
const ours = departures(columns[0]!, accepted, starts.length === 0);
console.log([...ours.lines, ...columns.map(totals)].join('\n'));
const skipped = mayNotSkip && columns.some(({ faults }) => faults === undefined);
process.exit(ours.unexplained === 0 && !skipped ? 0 : 1);
