// The implementations of the interfaces, each in a process of its own.

import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { chromiumInstall, isChromiumInstalled, launchChromium } from '../../interop/chromium.ts';
import { root } from '../../runtimes/bundle.ts';
import { exec } from '../../runtimes/exec.ts';
import { binaries, installCommand } from '../../runtimes/install.ts';
import { type Group, type Interface, idOf, type Result } from './case.ts';
import { groups } from './cases/index.ts';
import type { Order } from './inside/program.ts';

export interface Host {
  readonly name: string;
  readonly interfaces: readonly Interface[];
  /** The package that install.ts brings, if it is one of those. */
  readonly package?: string;
  /** How to get it, if it is not there. */
  readonly install: string;
  isInstalled(): boolean;
  run(order: Order): Promise<{ readonly version: string; readonly results: readonly Result[] }>;
}

const timeoutMs = 300_000;
const both: readonly Interface[] = ['WebSocket', 'WebSocketStream'];

/** A host that runs a program of inside/. */
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
    async run(order) {
      const version = options.version ?? (await exec(binary()!, ['--version'], { timeoutMs })).output;
      const args = [...(options.args ?? []), path, JSON.stringify(order)];
      const { code, output } = await exec(binary()!, args, { cwd: root, timeoutMs });
      const last = output.trimEnd().split('\n').at(-1)!;
      if (code !== 0 || !last.startsWith('['))
        throw new Error(`${name} broke off (${code}): ${output.slice(-2000)}`);
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
  async run(order) {
    const browser = await launchChromium();
    try {
      const results: Result[] = [];
      for (const group of groups) results.push(...(await visit(browser, order, group)));
      return { version: browser.version(), results };
    } finally {
      await browser.close();
    }
  },
};

/** A page for each group: one that crashes takes no other with it. */
async function visit(browser: Browser, { ports, starts }: Order, group: Group): Promise<readonly Result[]> {
  const page = await browser.newPage();
  try {
    await page.goto(`http://127.0.0.1:${ports.main}/`, { waitUntil: 'load' });
    // Chromium opens one WebSocket to a host after the other, so that cases would wait for each other.
    const inGroup = { ports, starts, group: group.number, together: 1 };
    return await page.evaluate<Result[]>(`runApiCases(${JSON.stringify(inGroup)})`);
  } catch (error) {
    return group.cases.map((_, index) => ({
      id: idOf(group, index),
      fault: `the page: ${(error as Error).message}`,
    }));
  } finally {
    await page.close();
  }
}

/** Ours first. */
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
