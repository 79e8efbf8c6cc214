// `npm run bench`: every benchmark; `npm run bench -- deflate`: those named. Each prints its tables, us beside a peer in the
// same run. The machines are noisy: only ratios count.

import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const all = ['receive', 'send', 'sockets', 'deflate', 'memory'];
const wanted = process.argv.slice(2).filter(word => !word.startsWith('-'));

for (const name of wanted.length > 0 ? wanted : all) {
  const url = new URL(`./${name}.js`, import.meta.url);
  if (!existsSync(fileURLToPath(url))) {
    if (wanted.length === 0) continue;
    console.error(`no benchmark ${name}; there are ${all.join(', ')}`);
    process.exit(1);
  }
  const { run } = (await import(url.href)) as { run(): Promise<void> };
  await run();
}
