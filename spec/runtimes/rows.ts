// The runtimes: what each needs, and how its specs and its end-to-end job run.

import { join } from 'node:path';
import { visit } from './browser.ts';
import { bundle, root } from './bundle.ts';
import { bunDemo, denoDemo, workersDemo } from './demos.ts';
import { exec } from './exec.ts';
import type { Order } from './inside/order.ts';
import { binaries, installCommand } from './install.ts';
import type { Target } from './target.ts';
import { askWorker } from './workerd.ts';

export interface Row {
  readonly name: string;
  /** Where it is, once what npm has is installed. */
  readonly binary: () => string | undefined;
  /** How to get it. */
  readonly install: string;
  readonly version: readonly string[];
  /** What does not work there, or works differently. */
  readonly note?: string;
  /** What the specs and the jobs printed. */
  run(binary: string, runner: Runner): Promise<string>;
}

export interface Runner {
  readonly target: Target;
  readonly order: Order;
}

const timeoutMs = 600_000;
const suite = join(root, 'build/spec/run.js');

/** Stands in the output where a program did not exit with 0. */
export const endedBadly = 'ENDED BADLY';

async function runAll(command: string, ...calls: readonly (readonly string[])[]): Promise<string> {
  let all = '';
  for (const args of calls) {
    const { code, output } = await exec(command, args, { cwd: root, timeoutMs });
    all += output;
    if (code !== 0) all += `\n${endedBadly}: ${code ?? 'a signal, or too long'}\n`;
  }
  return all;
}

function node(version: number): Row {
  return {
    name: `Node ${version}`,
    binary: () => binaries.node(version),
    install: installCommand,
    version: ['--version'],
    run: async (binary, { order }) => runAll(binary, [suite], [await bundle('node'), JSON.stringify(order)]),
  };
}

const deno: Row = {
  name: 'Deno',
  binary: binaries.deno,
  install: installCommand,
  version: ['--version'],
  note: 'its node:zlib cannot be driven synchronously, and ignores dictionaries: zlibCodec is the built-in codec there',
  run: async (binary, { order }) => {
    const output = await runAll(
      binary,
      ['run', '-A', await bundle('suite')],
      ['run', '-A', suite, 'hosts/zlib-codec'],
      ['run', '-A', await bundle('deno'), JSON.stringify(order)],
    );
    return output + (await denoDemo(binary));
  },
};

const bun: Row = {
  name: 'Bun',
  binary: binaries.bun,
  install: installCommand,
  version: ['--version'],
  note:
    'the specs of hosts/ run as well, on its node:net, node:tls, node:http and node:http2; a connection that was reset ' +
    'ends without an error, so the WebSocketError of code 1006 has no cause',
  run: async (binary, { order }) => {
    const calls = [[await bundle('suite')], [suite, 'hosts/'], [await bundle('node'), JSON.stringify(order)]];
    return (await runAll(binary, ...calls)) + (await bunDemo(binary));
  },
};

const workerd: Row = {
  name: 'workerd',
  binary: binaries.workerd,
  install: installCommand,
  version: ['--version'],
  run: async (binary, { order }) => (await askWorker(binary, order, timeoutMs)) + (await workersDemo(binary)),
};

const chromium: Row = {
  name: 'Chromium',
  binary: () => binaries.system('chromium', 'chromium-browser', 'google-chrome'),
  install: 'apt-get install chromium',
  version: ['--version'],
  run: (binary, { target, order }) =>
    visit('chromium', binary, target, `http://localhost:${order.wsPort}/`, timeoutMs),
};

const firefox: Row = {
  name: 'Firefox',
  binary: () => binaries.system('firefox-esr', 'firefox'),
  install: 'apt-get install firefox-esr',
  version: ['--version'],
  run: (binary, { target, order }) =>
    visit('firefox', binary, target, `http://localhost:${order.wsPort}/`, timeoutMs),
};

const ponyfill: Row = {
  name: 'web-streams-polyfill',
  binary: () => process.execPath,
  install: 'npm ci',
  version: ['--version'],
  run: async (binary, { order }) =>
    runAll(
      binary,
      [await bundle('suite', 'polyfill')],
      [await bundle('ponyfill', 'none'), JSON.stringify(order)],
    ),
};

export const rows: readonly Row[] = [
  node(20),
  node(22),
  node(24),
  node(26),
  deno,
  bun,
  workerd,
  chromium,
  firefox,
  ponyfill,
];
