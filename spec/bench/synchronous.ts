// `npm run bench -- synchronous`: the CPU time per message without sockets, in the cases in which `ws` is fastest, compared
// with `ws` in the same round.

import { addCpuLines, cpuHeadings, type LoadResult, type Subject, sampleInTurn } from './cpu-table.ts';
import type { BenchOptions } from './options.ts';
import { Child } from './process/child.ts';
import { nodeBinary } from './process/node-binary.ts';
import { type BoundCounts, Report } from './report.ts';
import { paceOf } from './rounds.ts';
import { tasks } from './synchronous/tasks.ts';
import type { TaskRun } from './synchronous/worker.ts';

export async function run(options: BenchOptions): Promise<BoundCounts> {
  const node = await nodeBinary(options.node);
  const pace = paceOf(options);
  const title = `CPU per message without sockets, Node ${node.version}`;
  const report = new Report('synchronous', title, { node: node.version, pace });
  for (const [task, { title: name, bound }] of Object.entries(tasks)) {
    report.row(name, cpuHeadings('messages'));
    const child = new Child('synchronous/worker.js', { node: node.path, core: 0, args: [task] });
    const subjects: Subject[] = [
      { name: 'ws', title: 'ws' },
      { name: 'ours', title: 'wsluice', bound },
    ];
    try {
      const children = new Map(subjects.map(subject => [subject, child]));
      const samples = await sampleInTurn(children, pace, ({ name }, _child, ms) =>
        child.ask<LoadResult>('run', { library: name as TaskRun['library'], ms } satisfies TaskRun),
      );
      addCpuLines(report, samples, {});
    } finally {
      await child.end();
    }
  }
  return report.finish(options);
}
