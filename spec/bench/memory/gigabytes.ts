// Streams a message of gigabytes through a pair of sockets in a separate process, and measures its peak memory.

import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Report } from '../report.ts';

/** The bound for any length of message. Node itself uses about 45 MiB, and collects garbage late. */
const peakBoundBytes = 160 * 2 ** 20;

export async function gigabytes(report: Report, count: number): Promise<void> {
  report.row(`one message of ${count} GiB through openMessage and messages`, [
    ...['seconds', 'MiB/s', 'peak, MiB', 'received, GiB', 'peak bound', 'received bound'],
  ]);
  const { received, seconds, peakBytes } = await stream(count);
  const [gibibytes, peak] = [received / 2 ** 30, peakBytes / 2 ** 20];
  report.add({
    cells: [
      'wsluice',
      seconds.toFixed(1),
      `${((gibibytes * 1024) / seconds).toFixed(0)}`,
      peak.toFixed(0),
      `${gibibytes}`,
    ],
    bounds: [
      { name: 'peak, MiB', figure: peak, max: peakBoundBytes / 2 ** 20 },
      { name: 'received, GiB', figure: gibibytes, min: count, max: count },
    ],
    data: { received, seconds, peakBytes },
  });
}

async function stream(count: number): Promise<Record<'received' | 'seconds' | 'peakBytes', number>> {
  const script = fileURLToPath(new URL('stream-gigabytes.js', import.meta.url));
  const child = spawn(process.execPath, [script, String(count)], { stdio: ['ignore', 'pipe', 'inherit'] });
  let last = '';
  for await (const lines of child.stdout.setEncoding('utf8')) {
    for (const line of String(lines).split('\n').filter(Boolean)) {
      last = line;
      if (!line.startsWith('{')) console.log(line);
    }
  }
  return JSON.parse(last) as Awaited<ReturnType<typeof stream>>;
}
