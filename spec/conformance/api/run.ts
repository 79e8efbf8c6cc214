// `npm run conformance -- api`: runs the cases of the platform interfaces on ours and on five other hosts, in one table.
//
//   --host ours,deno        which hosts, by the beginning of their names (default: all)
//   --cases 8,10.3          groups and cases, by the beginning of their numbers (default: all)
//   --all                   prints the rows too in which all hosts pass
//   --why                   prints why each host fails its cases
//   --no-skip               a host that is not installed is a failure; so it is with CI=true in the environment
//
// The exit code is 1 if ours fails a case without a reason in accepted.ts.

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

const words = values.host.toLowerCase().split(',').filter(Boolean);
const starts = values.cases.split(',').filter(Boolean);
const mayNotSkip = values['no-skip'] || process.env.CI === 'true';
const chosen = hosts.filter(
  ({ name }) => words.length === 0 || words.some(word => name.toLowerCase().startsWith(word)),
);

async function columnOf(host: Host): Promise<Column> {
  const { name, interfaces } = host;
  if (!host.isInstalled()) {
    console.log(`${name} is not installed: ${host.install}`);
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
