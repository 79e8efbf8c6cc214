// The implementations of the interfaces. Each runs in a separate process.

import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { chromiumInstall, isChromiumInstalled, launchChromium } from '../../interop/chromium.ts';
import { root } from '../../runtimes/bundle.ts';
import { exec } from '../../runtimes/exec.ts';
import { binaries, installCommand } from '../../runtimes/install.ts';
import { type Group, type Interface, idOf, type Result } from './case.ts';
import { groups } from './cases/index.ts';
import type { RunOptions } from './inside/program.ts';

export interface Host {
  readonly name: string;
  readonly interfaces: readonly Interface[];
  /** The package that install.ts installs, if any. */
  readonly package?: string;
  /** The command that installs the host. */
  readonly install: string;
  isInstalled(): boolean;
  run(options: RunOptions): Promise<{ readonly version: string; readonly results: readonly Result[] }>;
}

const timeoutMs = 300_000;
const both: readonly Interface[] = ['WebSocket', 'WebSocketStream'];

/** Returns a host that runs a program of inside/. */
function program(
  name: string,
  interfaces: readonly Interface[],
  binary: () => string | undefined,
  file: string,
  options: { readonly args?: readonly string[]; readonly package?: string; readonly version?: string } = {},
): Host {
  const path = join(root, 'build/spec/conformance/api/inside', `${file}.js`);
  return {
    name,
    interfaces,
    ...(options.package !== undefined && { package: options.package }),
    install: installCommand,
    isInstalled: () => binary() !== undefined,
    async run(runOptions) {
      const version = options.version ?? (await exec(binary()!, ['--version'], { timeoutMs })).output;
      const args = [...(options.args ?? []), path, JSON.stringify(runOptions)];
      const { code, output } = await exec(binary()!, args, { cwd: root, timeoutMs });
      const last = output.trimEnd().split('\n').at(-1)!;
      if (code !== 0 || !last.startsWith('['))
        throw new Error(`${name} failed with exit code ${code}: ${output.slice(-2000)}`);
      return { version: /\d+\.\d[\w.-]*/.exec(version)?.[0] ?? '', results: JSON.parse(last) };
    },
  };
}

const thisNode = () => process.execPath;
const undiciVersion = (await import('undici/package.json', { with: { type: 'json' } })).default.version;

const node = (version: number): Host =>
  program(`Node ${version}`, ['WebSocket'], () => binaries.node(version), 'built-in', {
    package: `node-${version}`,
  });

const chromium: Host = {
  name: 'Chromium',
  interfaces: both,
  install: chromiumInstall,
  isInstalled: isChromiumInstalled,
  async run(options) {
    const browser = await launchChromium();
    try {
      const results: Result[] = [];
      for (const group of groups) results.push(...(await visit(browser, options, group)));
      return { version: browser.version(), results };
    } finally {
      await browser.close();
    }
  },
};

/** Runs the cases of a group in a new page, so that a crash affects no other group. */
async function visit(
  browser: Browser,
  { ports, starts }: RunOptions,
  group: Group,
): Promise<readonly Result[]> {
  const page = await browser.newPage();
  try {
    await page.goto(`http://127.0.0.1:${ports.main}/`, { waitUntil: 'load' });
    // Chromium opens WebSockets to a host one after another, so that concurrent cases would wait for each other.
    const inGroup = { ports, starts, group: group.number, concurrency: 1 };
    return await page.evaluate<Result[]>(`runApiCases(${JSON.stringify(inGroup)})`);
  } catch (error) {
    return group.cases.map((_, index) => ({
      id: idOf(group, index),
      fault: `the page failed: ${(error as Error).message}`,
    }));
  } finally {
    await page.close();
  }
}

/** All hosts, beginning with wsluice. */
export const hosts: readonly Host[] = [
  program('ours', both, thisNode, 'ours'),
  node(22),
  node(24),
  program('undici', both, thisNode, 'undici', { version: undiciVersion }),
  program('Deno', both, binaries.deno, 'built-in', {
    args: ['run', '-A', '--unstable-net'],
    package: 'deno',
  }),
  chromium,
];
