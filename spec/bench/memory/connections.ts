// Measures the memory of a server process per connection over TCP: heap and buffers after a garbage collection, and RSS.

import type { Opening, Run } from '../load/echo-load.ts';
import { type BenchOptions, chosen } from '../options.ts';
import { Child } from '../process/child.ts';
import type { BoundedFigure, Report } from '../report.ts';
import type { Memory } from '../servers/echo-server.ts';
import { type KindName, kinds, startServer } from '../servers/kinds.ts';
import { kibibytes } from './kibibytes.ts';

interface State {
  readonly title: string;
  readonly deflate: boolean;
  /** Whether each connection has echoed a message. */
  readonly echoed: boolean;
  readonly kinds: readonly KindName[];
  /** The bound of the heap above that of a bare connection. */
  readonly maxHeapBytes?: Readonly<Partial<Record<KindName, number>>>;
}

const states: readonly State[] = [
  {
    title: 'idle',
    deflate: false,
    echoed: false,
    kinds: ['bare', 'ws', 'accepted', 'iterator', 'readable', 'pipeTo'],
    maxHeapBytes: { accepted: 5 * 1024, iterator: 8 * 1024, readable: 8 * 1024, pipeTo: 8 * 1024 },
  },
  { title: 'after one echo', deflate: false, echoed: true, kinds: ['ws', 'iterator', 'readable', 'pipeTo'] },
  {
    title: 'idle, compression negotiated',
    deflate: true,
    echoed: false,
    kinds: ['ws', 'accepted', 'iterator', 'pipeTo'],
  },
];

const knownKinds: readonly KindName[] = ['bare', 'ws', 'accepted', 'iterator', 'readable', 'pipeTo'];
const maxRssTimesWs = 2;
const warmupConnections = 200;

export async function connections(
  report: Report,
  node: string,
  { kinds: selected, quick }: BenchOptions,
): Promise<void> {
  const count = quick ? 2000 : 10_000;
  const wanted = chosen('kinds', knownKinds, selected);
  const measured = new Map<string, Memory>();
  for (const state of states) {
    const headings = ['heap, KiB', 'RSS, KiB', 'heap above bare', 'RSS times ws'];
    report.row(`${count} connections, ${state.title}; KiB for each`, headings);
    for (const kind of state.kinds.filter(name => wanted.includes(name))) {
      const memory = await measure(node, kind, state, count);
      measured.set(`${state.title} ${kind}`, memory);
      const line = lineOf(kind, state, memory, measured.get('idle bare'), measured.get(`${state.title} ws`));
      report.add(line);
    }
  }
}

async function measure(
  node: string,
  kind: KindName,
  { deflate, echoed }: State,
  count: number,
): Promise<Memory> {
  const shape = { bytes: 20, type: 'text', deflate } as const;
  const load = new Child('load/echo-load.js', { node: process.execPath, core: 1 });
  const server = startServer(kind, node, shape);
  try {
    const port = await server.ask<number>('port');
    const open = async (name: string, connections: number) => {
      const opening: Opening = { kind: name, port, connections, inFlight: 1, shape, checked: echoed };
      await load.ask('open', opening);
      if (echoed) await load.ask('run', { kind: name, ms: 0 } satisfies Run);
    };
    await open('warm-up', warmupConnections);
    const before = await server.ask<Memory>('memory');
    await open('measured', count);
    const after = await server.ask<Memory>('memory');
    return {
      heapBytes: (after.heapBytes - before.heapBytes) / count,
      rssBytes: (after.rssBytes - before.rssBytes) / count,
    };
  } finally {
    await Promise.all([server.end(), load.end()]);
  }
}

function lineOf(
  kind: KindName,
  state: State,
  memory: Memory,
  bare: Memory | undefined,
  ws: Memory | undefined,
) {
  const { heapBytes, rssBytes } = memory;
  const moreBytes = bare && heapBytes - bare.heapBytes;
  const times = ws && rssBytes / ws.rssBytes;
  const isOurs = kinds[kind].module === 'ours';
  const bounds: BoundedFigure[] = [];
  const max = state.maxHeapBytes?.[kind];
  if (moreBytes !== undefined && max !== undefined) {
    bounds.push({ name: 'heap above bare, KiB', figure: moreBytes / 1024, max: max / 1024 });
  }
  if (times !== undefined && isOurs) bounds.push({ name: 'RSS times ws', figure: times, max: maxRssTimesWs });
  const cells = [
    kinds[kind].title,
    kibibytes(heapBytes),
    kibibytes(rssBytes),
    moreBytes === undefined ? '' : kibibytes(moreBytes),
    times === undefined ? '' : times.toFixed(2),
  ];
  return {
    cells,
    bounds,
    data: { kind, deflate: state.deflate, echoed: state.echoed, ...memory, moreBytes, times },
  };
}
