// Runs the applications of demo/ for Deno, Bun and Workers on their runtime, with dist/, as their first lines describe.

import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { root } from './bundle.ts';
import { end, exec } from './exec.ts';
import { folder } from './install.ts';

const timeoutMs = 60_000;

/** Returns a line of counts in the format of the specs, after the wrong output if there is any. */
function tally(name: string, output: string, wanted: string): string {
  const isRight = output.trim() === wanted;
  return `${isRight ? '' : `demo/${name} printed ${output}\n`}\n${isRight ? '1 passed, 0' : '0 passed, 1'} failed\n`;
}

export async function denoDemo(binary: string): Promise<string> {
  const map = join(folder, 'import-map.json');
  mkdirSync(folder, { recursive: true });
  writeFileSync(map, JSON.stringify({ imports: { wsluice: pathToFileURL(join(root, 'dist/index.js')) } }));
  const args = ['run', '-A', `--import-map=${map}`, join(root, 'demo/deno.js')];
  return tally('deno.js', (await exec(binary, args, { cwd: root, timeoutMs })).output, 'hello from Deno');
}

export async function bunDemo(binary: string): Promise<string> {
  const { output } = await exec(binary, [join(root, 'demo/bun.js')], { cwd: root, timeoutMs });
  return tally('bun.js', output, 'hello from Bun');
}

/** The configuration of two Workers: the client, which is controlled over HTTP, and the server, which accepts TCP connections. */
const config = `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "client", worker = .client),
    (name = "server", worker = .server),
    (name = "internet", network = (allow = ["public", "private"]))
  ],
  sockets = [
    (name = "http", address = "127.0.0.1:0", http = (), service = "client"),
    (name = "tcp", address = "127.0.0.1:0", tcp = (), service = "server")
  ]
);
const client :Workerd.Worker = (
  modules = [(name = "client", esModule = embed "client.mjs")],
  compatibilityDate = "2026-01-01"
);
const server :Workerd.Worker = (
  modules = [(name = "server", esModule = embed "server.mjs")],
  compatibilityDate = "2026-01-01",
  compatibilityFlags = ["experimental"]
);
`;

export async function workersDemo(binary: string): Promise<string> {
  const place = join(folder, 'workers-demo');
  mkdirSync(place, { recursive: true });
  for (const name of ['client', 'server']) await bundleWorker(name, join(place, `${name}.mjs`));
  writeFileSync(join(place, 'config.capnp'), config);
  const args = ['serve', join(place, 'config.capnp'), '--experimental', '--control-fd=3'];
  const workerd = spawn(binary, args, { stdio: ['ignore', 'ignore', 'pipe', 'pipe'], detached: true });
  const timer = setTimeout(() => end(workerd), timeoutMs);
  try {
    const { http, tcp } = await ports(workerd);
    const url = `http://127.0.0.1:${http}/?host=127.0.0.1&port=${tcp}&message=hello+from+a+Worker`;
    return tally('workers', await (await fetch(url)).text(), 'hello from a Worker');
  } finally {
    clearTimeout(timer);
    end(workerd);
  }
}

async function bundleWorker(name: string, outfile: string): Promise<void> {
  await build({
    entryPoints: [join(root, `demo/workers/${name}.js`)],
    outfile,
    bundle: true,
    format: 'esm',
    alias: { wsluice: join(root, 'dist/index.js') },
    external: ['cloudflare:*'],
  });
}

/** Waits until workerd reports the ports of both sockets. */
async function ports(workerd: ChildProcess): Promise<Record<string, number>> {
  const found: Record<string, number> = {};
  let text = '';
  for await (const chunk of workerd.stdio[3] as Readable) {
    text += chunk;
    for (const [, socket, port] of text.matchAll(/"socket":"(\w+)","port":(\d+)/g))
      found[socket!] = Number(port);
    if ('http' in found && 'tcp' in found) return found;
  }
  throw new Error('workerd exited before it listened');
}
