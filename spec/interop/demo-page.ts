// The demo as its user has it: its server in a process of its own, its page in Chromium, and somebody who clicks.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import type { CheckName } from './checks.ts';
import { chromiumInstall, isChromiumInstalled, launchChromium } from './chromium.ts';
import type { Pair } from './pair.ts';

const program = fileURLToPath(new URL('../../demo/server.js', import.meta.url));

/** A page that has been loaded, and how to stop its server, which gives its exit status. */
type DemoCheck = (page: Page, interrupt: () => Promise<number>) => Promise<void>;

const checks: Partial<Record<CheckName, DemoCheck>> = {
  text: page => sends(page, 'Grüße 🌍'),
  empty: page => sends(page, ''),
  async '1 MiB'(page) {
    await page.click('#binary');
    assert.equal(await answer(page), '1,048,576 bytes, binary');
  },
  async 'close→'(page, interrupt) {
    await sends(page, 'hello');
    assert.equal(await interrupt(), 0);
    assert.equal(await end(page), 'closed: 1001 the server stops, clean');
  },
  async 'close←'(page) {
    await sends(page, 'hello');
    await page.fill('#code', '4001');
    await page.fill('#reason', 'bye');
    await page.click('#toggle');
    assert.match(await end(page), /^closed: 4001 .*, clean$/);
  },
};

async function sends(page: Page, text: string): Promise<void> {
  await page.fill('#text', text);
  await page.click('#send .main');
  assert.equal(await answer(page), text);
}

function answer(page: Page): Promise<string | null> {
  return page.locator('#log li:has(b:text-is("←")) span').first().textContent();
}

async function end(page: Page): Promise<string> {
  const entry = page.locator('#log li', { hasText: 'closed:' });
  await entry.waitFor();
  return (await entry.locator('span, small').allTextContents()).join(', ');
}

/** The demo's page and the demo's server. */
export class DemoPage implements Pair {
  readonly name = 'demo page in chromium';
  readonly install: string = chromiumInstall;
  readonly isInstalled: () => boolean = isChromiumInstalled;
  #browser: Browser | undefined;

  async start(): Promise<string> {
    this.#browser = await launchChromium();
    return this.#browser.version();
  }

  can(name: CheckName): boolean {
    return checks[name] !== undefined;
  }

  /** Each check has a server and a page of its own. */
  async check(name: CheckName): Promise<void> {
    const server = spawn(process.execPath, [program], { env: { ...process.env, PORT: '0' } });
    const ended = once(server, 'close');
    const page = await this.#browser!.newPage();
    try {
      const [line] = await once(server.stdout, 'data');
      await page.goto(/http:\S+/.exec(`${line}`)![0]);
      await checks[name]!(page, async () => {
        server.kill('SIGINT');
        return (await ended)[0];
      });
    } finally {
      await page.close();
      server.kill();
    }
  }

  async stop(): Promise<void> {
    await this.#browser?.close();
  }
}
