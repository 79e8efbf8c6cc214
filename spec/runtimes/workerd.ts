// Runs a Worker under workerd, and sends it requests over HTTP.

import { spawn } from 'node:child_process';
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { bundle } from './bundle.ts';
import { end } from './exec.ts';
import type { RunOptions } from './inside/run-options.ts';
import { folder } from './install.ts';

/** The configuration: the Worker may connect to this machine, and trusts the certificate of the runner's server. */
const config = `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "main", worker = .worker),
    (name = "internet", network = (
      allow = ["public", "private"],
      tlsOptions = (trustedCertificates = [embed "certificate.pem"])
    ))
  ],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "main")]
);
const worker :Workerd.Worker = (
  modules = [(name = "worker", esModule = embed "worker.mjs")],
  compatibilityDate = "2026-01-01"
);
`;

/** Requests `/suite` and `/jobs` from the Worker. Returns their output. */
export async function runWorker(binary: string, options: RunOptions, timeoutMs: number): Promise<string> {
  const place = join(folder, 'worker');
  mkdirSync(place, { recursive: true });
  copyFileSync(await bundle('worker'), join(place, 'worker.mjs'));
  writeFileSync(join(place, 'certificate.pem'), options.cert);
  writeFileSync(join(place, 'config.capnp'), config);
  const args = ['serve', join(place, 'config.capnp'), '--control-fd=3'];
  const worker = spawn(binary, args, { stdio: ['ignore', 'ignore', 'pipe', 'pipe'], detached: true });
  let errors = '';
  worker.stderr!.setEncoding('utf8').on('data', text => (errors += text));
  const timer = setTimeout(() => end(worker), timeoutMs);
  try {
    const port = await listening(worker.stdio[3] as Readable);
    const ask = async (path: string) => {
      const response = await fetch(`http://127.0.0.1:${port}/${path}`, {
        method: 'POST',
        body: JSON.stringify(options),
      });
      return response.text();
    };
    return (await ask('suite')) + (await ask('jobs'));
  } catch (error) {
    return `${error}\n${errors}`;
  } finally {
    clearTimeout(timer);
    end(worker);
  }
}

/** Waits until workerd reports its port. */
async function listening(control: Readable): Promise<number> {
  for await (const line of control) {
    const message = JSON.parse(`${line}`) as { event: string; port: number };
    if (message.event === 'listen') return message.port;
  }
  throw new Error('workerd exited before it listened');
}
