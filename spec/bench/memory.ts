// `npm run bench -- memory`: the memory of a server's connection beside ws, of a socket whose reader stalls, and of a message of
// gigabytes. `--gigabytes 10` streams so many.

import { connections } from './memory/connections.ts';
import { gigabytes } from './memory/gigabytes.ts';
import { stalledReaders } from './memory/stalled-readers.ts';
import type { BenchOptions } from './options.ts';
import { nodeBinary } from './process/node-binary.ts';
import { Report, type Tally } from './report.ts';

export async function run(options: BenchOptions): Promise<Tally> {
  const node = await nodeBinary(options.node);
  const title = `connections on Node ${node.version}, the rest on ${process.version}`;
  const report = new Report('memory', title, { node: node.version });
  // First, while this process is small: the peak that the system reports for a process begins with its parent's.
  await gigabytes(report, options.gigabytes);
  await stalledReaders(report);
  await connections(report, node.path, options);
  return report.finish(options);
}
