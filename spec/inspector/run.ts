// `npm run demo:test`: works every control of the inspector in headless Chromium, or with `npm run demo:test -- words`
// those checks whose name holds one of the words. Screenshots go to build/screenshots. Prints a table last.

import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Browser, BrowserContextOptions } from 'playwright-core';
import { chromiumInstall, isChromiumInstalled, launchChromium } from '../interop/chromium.ts';
import { clearProgress, progress } from '../support/progress.ts';
import type { Addresses, Check, Look } from './check.ts';
import { breaking } from './checks/breaking.ts';
import { connection } from './checks/connection.ts';
import { flowing } from './checks/flowing.ts';
import { reading } from './checks/reading.ts';
import { sending } from './checks/sending.ts';
import { serving } from './checks/serving.ts';
import { using } from './checks/using.ts';
import { Desk } from './desk.ts';
import { screenshots } from './screenshots.ts';

const build = fileURLToPath(new URL('../../', import.meta.url));
const folder = join(build, 'screenshots');
const words = process.argv.slice(2);

const looks: Readonly<Record<Look, BrowserContextOptions>> = {
  wide: { viewport: { width: 1400, height: 900 }, colorScheme: 'light' },
  dark: { viewport: { width: 1400, height: 900 }, colorScheme: 'dark' },
  narrow: { viewport: { width: 390, height: 844 }, colorScheme: 'light', hasTouch: true },
  'narrow dark': { viewport: { width: 390, height: 844 }, colorScheme: 'dark', hasTouch: true },
  still: { viewport: { width: 1400, height: 900 }, reducedMotion: 'reduce' },
};

/** The demo server in a process of its own. */
class DemoServer {
  readonly #process: ChildProcess;
  readonly #ended: Promise<unknown[]>;

  constructor() {
    this.#process = spawn(process.execPath, [join(build, 'demo/server.js')], {
      env: { ...process.env, PORT: '0' },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    this.#ended = once(this.#process, 'close');
  }

  /** The address of the page. */
  async address(): Promise<string> {
    const [line] = await once(this.#process.stdout!, 'data');
    return /http:\S+/.exec(`${line}`)![0];
  }

  async stop(): Promise<number> {
    this.#process.kill('SIGINT');
    const [code] = await this.#ended;
    return code as number;
  }
}

const parallel: readonly Check[] = [
  ...sending,
  ...connection,
  ...breaking,
  ...flowing,
  ...using,
  ...reading(folder),
  ...screenshots(folder),
];

const chosen = (checks: readonly Check[]) =>
  checks.filter(({ name }) => words.length === 0 || words.some(word => name.includes(word)));

async function perform(browser: Browser, { look = 'wide', run }: Check, addresses: Addresses): Promise<void> {
  const context = await browser.newContext(looks[look]);
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', message => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  page.on('pageerror', error => complaints.push(`${error.stack}`));
  try {
    await run(new Desk(page), addresses);
    assert.deepEqual(complaints, [], 'the console has errors');
  } finally {
    await context.close();
  }
}

if (!isChromiumInstalled()) {
  console.error(`Chromium is not installed: ${chromiumInstall}`);
  process.exit(1);
}
mkdirSync(folder, { recursive: true });
const server = new DemoServer();
const addresses: Addresses = {
  served: await server.address(),
  file: pathToFileURL(join(build, 'inspector/index.html')).href,
  stopServer: () => server.stop(),
};
const browser = await launchChromium();
const rows: string[] = [];
const faults: string[] = [];

async function record(check: Check): Promise<void> {
  progress(check.name);
  const start = performance.now();
  const fault = await perform(browser, check, addresses).then(
    () => undefined,
    error => `${check.name}\n${error.stack}`,
  );
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  if (fault !== undefined) faults.push(fault);
  rows.push(`${fault === undefined ? 'ok  ' : 'FAIL'} ${seconds.padStart(6)} s  ${check.name}`);
}

/** Works through the checks, a few at a time, because a page waits more than it works. */
async function recordAll(queue: Check[], pages: number): Promise<void> {
  const work = async () => {
    for (let check = queue.shift(); check !== undefined; check = queue.shift()) await record(check);
  };
  await Promise.all(Array.from({ length: pages }, work));
}

await recordAll(chosen(parallel), 3);
// Alone and last, because its last check stops the server.
await recordAll(chosen(serving), 1);
clearProgress();
await browser.close();
await server.stop();
for (const fault of faults) console.error(`\n${fault}`);
console.log(`\n${rows.join('\n')}\n\n${rows.length - faults.length} passed, ${faults.length} failed`);
process.exit(faults.length === 0 && rows.length > 0 ? 0 : 1);
