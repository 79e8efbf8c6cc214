// Runs a headless browser without a driver: it opens the runner's page, which posts its results to the runner.

import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildInspector } from '../../demo/build-inspector.ts';
import { bundle } from './bundle.ts';
import { end } from './exec.ts';
import type { Target } from './target.ts';

export type Browser = 'chromium' | 'firefox';

const argumentsOf: Readonly<Record<Browser, (profile: string) => string[]>> = {
  chromium: profile => [
    '--headless=new',
    '--no-sandbox',
    '--disable-gpu',
    '--no-first-run',
    `--user-data-dir=${profile}`,
  ],
  firefox: profile => ['--headless', '--no-remote', '--profile', profile],
};

/** Returns the output of the page. */
export async function visit(
  browser: Browser,
  binary: string,
  target: Target,
  url: string,
  timeoutMs: number,
): Promise<string> {
  await buildInspector();
  const script = await bundle('page');
  const profile = mkdtempSync(join(tmpdir(), 'wsluice-'));
  const lines: string[] = [];
  const done = new Promise<void>(resolve => {
    target.page = { script, listener: { print: line => lines.push(line), done: resolve } };
  });
  const child = spawn(binary, [...argumentsOf[browser](profile), url], { stdio: 'ignore', detached: true });
  const exited = new Promise<void>(resolve => child.on('close', () => resolve()));
  const timer = setTimeout(() => end(child), timeoutMs);
  await Promise.race([done, exited]);
  clearTimeout(timer);
  end(child);
  await exited;
  target.page = undefined;
  rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
  return lines.join('\n');
}
