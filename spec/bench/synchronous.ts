// `npm run bench -- synchronous`: the CPU of the protocol without sockets, in the cases where ws is hard to beat, beside `ws` in
// the same round.

import { addCpuLines, cpuHeadings, type Ran, type Subject, sampleInTurn } from './cpu-table.ts';
import type { BenchOptions } from './options.ts';
import { Child } from './process/child.ts';
import { nodeBinary } from './process/node-binary.ts';
import { Report, type Tally } from './report.ts';
import { paceOf } from './rounds.ts';
import type { Turn } from './synchronous/worker.ts';
import { works } from './synchronous/works.ts';

export async function run(options: BenchOptions): Promise<Tally> {
  const node = await nodeBinary(options.node);
  const pace = paceOf(options);
  const title = `CPU of a message without a socket, Node ${node.version}`;
  const report = new Report('synchronous', title, { node: node.version, pace });
  for (const [work, { title: name, reach }] of Object.entries(works)) {
    report.row(name, cpuHeadings('messages'));
    const child = new Child('synchronous/worker.js', { node: node.path, core: 0, args: [work] });
    const subjects: Subject[] = [
      { name: 'ws', title: 'ws' },
      { name: 'ours', title: 'ours', reach },
    ];
    try {
      const children = new Map(subjects.map(subject => [subject, child]));
      const samples = await sampleInTurn(children, pace, ({ name }, _child, ms) =>
        child.ask<Ran>('run', { party: name as Turn['party'], ms } satisfies Turn),
      );
      addCpuLines(report, samples, {});
    } finally {
      await child.end();
    }
  }
  return report.finish(options);
}
