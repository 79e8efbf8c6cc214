// The runtimes: how to find each, and how to run the specs and the end-to-end jobs on it.

import { join } from 'node:path';
import { visit } from './browser.ts';
import { bundle, root } from './bundle.ts';
import { bunDemo, denoDemo, workersDemo } from './demos.ts';
import { exec } from './exec.ts';
import type { RunOptions } from './inside/run-options.ts';
import { binaries, installCommand } from './install.ts';
import type { Target } from './target.ts';
import { runWorker } from './workerd.ts';

export interface Row {
  readonly name: string;
  /** Returns the path of the binary, if it is installed. */
  readonly binary: () => string | undefined;
  /** The command that installs the runtime. */
  readonly install: string;
  readonly version: readonly string[];
  /** Features that do not work or differ on the runtime. */
  readonly note?: string;
  /** Runs the specs and the jobs. Returns their output. */
  run(binary: string, runner: Runner): Promise<string>;
}

export interface Runner {
  readonly target: Target;
  readonly options: RunOptions;
}

const timeoutMs = 600_000;
const suite = join(root, 'build/spec/run.js');

/** Marks in the output that a program did not exit with 0. */
export const failedMark = 'PROGRAM FAILED';

async function runAll(command: string, ...calls: readonly (readonly string[])[]): Promise<string> {
  let all = '';
  for (const args of calls) {
    const { code, output } = await exec(command, args, { cwd: root, timeoutMs });
    all += output;
    if (code !== 0)
      all += `\n${failedMark}: ${code === undefined ? 'no exit code (signal or timeout)' : `exit code ${code}`}\n`;
  }
  return all;
}

function node(version: number): Row {
  return {
    name: `Node ${version}`,
    binary: () => binaries.node(version),
    install: installCommand,
    version: ['--version'],
    run: async (binary, { options }) =>
      runAll(binary, [suite], [await bundle('node'), JSON.stringify(options)]),
  };
}

const deno: Row = {
  name: 'Deno',
  binary: binaries.deno,
  install: installCommand,
  version: ['--version'],
  note: 'node:zlib is not synchronous and ignores dictionaries, so zlibCodec is the built-in codec',
  run: async (binary, { options }) => {
    const output = await runAll(
      binary,
      ['run', '-A', await bundle('suite')],
      ['run', '-A', suite, 'hosts/zlib-codec'],
      ['run', '-A', await bundle('deno'), JSON.stringify(options)],
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
    "the specs of hosts/ run, too, on Bun's node:net, node:tls, node:http and node:http2; a reset connection ends without " +
    'an error, so the WebSocketError with code 1006 has no cause',
  run: async (binary, { options }) => {
    const calls = [
      [await bundle('suite')],
      [suite, 'hosts/'],
      [await bundle('node'), JSON.stringify(options)],
    ];
    return (await runAll(binary, ...calls)) + (await bunDemo(binary));
  },
};

const workerd: Row = {
  name: 'workerd',
  binary: binaries.workerd,
  install: installCommand,
  version: ['--version'],
  run: async (binary, { options }) =>
    (await runWorker(binary, options, timeoutMs)) + (await workersDemo(binary)),
};

const chromium: Row = {
  name: 'Chromium',
  binary: () => binaries.system('chromium', 'chromium-browser', 'google-chrome'),
  install: 'apt-get install chromium',
  version: ['--version'],
  run: (binary, { target, options }) =>
    visit('chromium', binary, target, `http://localhost:${options.wsPort}/`, timeoutMs),
};

const firefox: Row = {
  name: 'Firefox',
  binary: () => binaries.system('firefox-esr', 'firefox'),
  install: 'apt-get install firefox-esr',
  version: ['--version'],
  run: (binary, { target, options }) =>
    visit('firefox', binary, target, `http://localhost:${options.wsPort}/`, timeoutMs),
};

const ponyfill: Row = {
  name: 'web-streams-polyfill',
  binary: () => process.execPath,
  install: 'npm ci',
  version: ['--version'],
  run: async (binary, { options }) =>
    runAll(
      binary,
      [await bundle('suite', 'polyfill')],
      [await bundle('ponyfill', 'none'), JSON.stringify(options)],
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
