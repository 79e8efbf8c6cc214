// `npm run soak`: a server, a proxy and clients, each in a process of its own, exchange numbered messages over loopback
// TCP while the proxy delays, splits, stalls, cuts and resets. Every message is checked, and so is what is left at the end.
//
//   --clients 2000        clients that are connected at the same time
//   --seconds 600         how long they open new connections
//   --connections N       connections after which each client stops (default: the time decides)
//   --seed N              plans the same connections again (default: from the clock; printed at the end)
//   --only N              runs only the connection of that number
//   --patience 120        seconds after which a connection counts as hanging
//   --plant FAULT,…       commits faults on purpose (see settings.ts): the run must fail
//
// The exit code is 1 if anything was wrong, and 2 for bad options.

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

/** The server and the proxy end a little later than the clients. */
async function quiet(): Promise<void> {
  const patience = performance.now() + 1000 * settings.patience + 15_000;
  while (children.some(({ active }) => active > 0) && performance.now() < patience) await sleep(100);
  for (const { name, active } of children) {
    if (active > 0) tally.report({ kind: 'hang', text: `${name}: ${active} connections have not ended` });
  }
  // What has been told last is on its way.
  await sleep(300);
}

const [server, serverPort] = await start('server', 0);
const [, proxyPort] = await start('proxy', serverPort);
const [clients] = await start('clients', proxyPort);
const since = performance.now();
const seconds = () => ((performance.now() - since) / 1000).toFixed();
const line = () =>
  `${seconds()} s: open ${children.map(({ name, active }) => `${active} (${name})`).join(', ')}; ${tally.connections} ended, ${tally.messages} messages, ` +
  `${(tally.bytes / 2 ** 20).toFixed()} MiB, ${tally.faults} faults`;
const ticker = setInterval(() => progress(line()), 500);

await clients.run('warm-up');
await quiet();
const measured = [server, clients];
const before = await Promise.all(measured.map(child => child.measure()));
await clients.run('soak');
await quiet();
const after = await Promise.all(measured.map((child, i) => child.measure(before[i]!.snapshot)));
clearInterval(ticker);
tally.finish();
for (const [i, { name }] of measured.entries()) {
  for (const { kind, text } of growth(before[i]!.snapshot, after[i]!.snapshot)) {
    tally.report({ kind, text: `${name}: ${text}` });
  }
  const { timers } = after[i]!;
  if (timers.length > 0) {
    tally.report({ kind: 'leak', text: `${name}: timers grew from 0 to ${timers.length}; ${timers[0]}` });
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
