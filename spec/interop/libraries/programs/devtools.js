// Starts headless Chromium, and prints the address of its DevTools.

import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const profile = mkdtempSync(join(tmpdir(), 'wsluice-'));
const flags = [
  '--headless=new',
  '--no-sandbox',
  '--disable-gpu',
  '--no-first-run',
  '--remote-debugging-port=0',
];
const child = spawn('chromium', [...flags, `--user-data-dir=${profile}`, 'about:blank']);
process.on('exit', () => {
  child.kill('SIGKILL');
  rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
});
for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, () => process.exit());
let log = '';
child.stderr.on('data', data => {
  log += data;
  const url = /DevTools listening on (ws:\S+)/.exec(log)?.[1];
  if (url === undefined) return;
  child.stderr.removeAllListeners('data').resume();
  console.log(JSON.stringify({ url }));
});
child.on('close', code => {
  console.error(`chromium ended with ${code}: ${log.slice(-1000)}`);
  process.exit(1);
});
