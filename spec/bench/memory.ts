// `npm run bench -- memory`: the memory of a server's connection compared with ws, of a socket whose reader stalls, and of a
// message of one GiB, or N with `--gigabytes N`.

import { connections } from './memory/connections.ts';
import { gigabytes } from './memory/gigabytes.ts';
import { stalledReaders } from './memory/stalled-readers.ts';
import type { BenchOptions } from './options.ts';
import { nodeBinary } from './process/node-binary.ts';
import { type BoundCounts, Report } from './report.ts';

export async function run(options: BenchOptions): Promise<BoundCounts> {
  const node = await nodeBinary(options.node);
  const title = `connections on Node ${node.version}, the rest on ${process.version}`;
  const report = new Report('memory', title, { node: node.version });
  // Runs first, while this process is small: the peak that the system reports for a child starts at its parent's.
  await gigabytes(report, options.gigabytes);
  await stalledReaders(report);
  await connections(report, node.path, options);
  return report.finish(options);
}
