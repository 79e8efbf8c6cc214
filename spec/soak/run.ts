// `npm run soak`: a soak test. Clients and a server exchange numbered messages over loopback TCP through a proxy that
// delays, splits, stalls and breaks connections. The test checks every message, and looks for leaks at the end.
// Server, proxy and clients each run in their own process.
//
//   --clients 2000        number of concurrent clients
//   --seconds 600         how long clients open new connections
//   --connections N       connections per client (default: no limit, only --seconds counts)
//   --seed N              seed of the connection plans (default: from the clock; printed at the end)
//   --only N              run only connection N
//   --timeout 120         seconds after which an open connection is reported as a hang
//   --inject FAULT,…      inject faults (listed in settings.ts); the run must then fail
//
// The exit code is 1 if a fault was found, and 2 if an option is invalid.

import { setTimeout as sleep } from 'node:timers/promises';
import { clearProgress, progress } from '../support/progress.ts';
import { Child } from './child.ts';
import { printReport } from './report.ts';
import { growth } from './resources.ts';
import { readSettings, type Settings } from './settings.ts';
import { Tally } from './tally.ts';

function settingsOrExit(): Settings {
  try {
    return readSettings(process.argv.slice(2));
  } catch (error) {
    console.error((error as Error).message);
    process.exit(2);
  }
}

const settings = settingsOrExit();
const tally = new Tally(settings.seed, text => {
  clearProgress();
  console.log(text);
});
const children: Child[] = [];

async function start(name: Child['name'], port: number): Promise<[Child, number]> {
  const child = new Child(name, { settings, port }, tally);
  children.push(child);
  return [child, await child.ready()];
}

/** Waits until server and proxy have closed their connections, too. */
async function allClosed(): Promise<void> {
  const deadline = performance.now() + 1000 * settings.timeoutSeconds + 15_000;
  while (children.some(({ active }) => active > 0) && performance.now() < deadline) await sleep(100);
  for (const { name, active } of children) {
    if (active > 0) tally.report({ kind: 'hang', text: `${name}: ${active} connections are still open` });
  }
  // The last records arrive with the next report of each child.
  await sleep(300);
}

const [server, serverPort] = await start('server', 0);
const [, proxyPort] = await start('proxy', serverPort);
const [clients] = await start('clients', proxyPort);
const startedAt = performance.now();
const seconds = () => ((performance.now() - startedAt) / 1000).toFixed();
const progressLine = () =>
  `${seconds()} s: open: ${children.map(({ name, active }) => `${name} ${active}`).join(', ')}; ${tally.connections} ended, ${tally.messages} messages, ` +
  `${(tally.bytes / 2 ** 20).toFixed()} MiB, ${tally.faults} faults`;
const ticker = setInterval(() => progress(progressLine()), 500);

await clients.run('warm-up');
await allClosed();
const measured = [server, clients];
const before = await Promise.all(measured.map(child => child.measure()));
await clients.run('soak');
await allClosed();
const after = await Promise.all(measured.map((child, i) => child.measure(before[i]!.snapshot)));
clearInterval(ticker);
tally.finish();
for (const [i, { name }] of measured.entries()) {
  for (const { kind, text } of growth(before[i]!.snapshot, after[i]!.snapshot)) {
    tally.report({ kind, text: `${name}: ${text}` });
  }
  const { timers } = after[i]!;
  if (timers.length > 0) {
    tally.report({
      kind: 'leak',
      text: `${name}: timers grew from 0 to ${timers.length}; the first was set at: ${timers[0]}`,
    });
  }
}
for (const child of children) child.stop();
clearProgress();
printReport(
  settings,
  tally,
  seconds(),
  measured.map(({ name }, i) => ({ name, before: before[i]!, after: after[i]! })),
);
process.exitCode = tally.faults === 0 ? 0 : 1;
