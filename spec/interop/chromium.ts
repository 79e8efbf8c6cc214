// Headless Chromium as a peer: the platform's WebSocket on a page from our server.

import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';
import { type NumberedReport, type OpenRequest, RunningPeer } from './peer.ts';

const flags = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  // The certificate of the test server is self-signed.
  '--ignore-certificate-errors',
];

const executablePath = '/usr/bin/chromium';

export const chromiumInstall = 'apt-get install chromium';

export function isChromiumInstalled(): boolean {
  return existsSync(executablePath);
}

/** Starts a browser with an empty profile. */
export function launchChromium(): Promise<Browser> {
  return chromium.launch({ executablePath, args: flags });
}

export class ChromiumPage extends RunningPeer {
  readonly #browser: Browser;
  #send!: (request: OpenRequest) => Promise<void>;

  private constructor(browser: Browser) {
    super();
    this.#browser = browser;
  }

  static async start(page: string): Promise<ChromiumPage> {
    const running = new ChromiumPage(await launchChromium());
    await running.#load(page);
    return running;
  }

  override open(request: OpenRequest): void {
    this.#send(request).catch(error => this.fail(error));
  }

  override stop(): Promise<void> {
    return this.#browser.close();
  }

  async #load(url: string): Promise<void> {
    const page = await this.#browser.newPage();
    page.on('pageerror', error => this.fail(error));
    await page.exposeFunction('report', (report: NumberedReport) => this.receive(report));
    await page.goto(url);
    this.#send = request => page.evaluate(`openConnection(${JSON.stringify(request)})`);
    this.receive({ type: 'ready', version: this.#browser.version() });
  }
}
