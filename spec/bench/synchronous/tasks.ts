// The rows of the `synchronous` benchmark: titles and bounds.

import type { SpeedBound } from '../cpu-table.ts';

export type TaskName = 'received-16k' | 'received-64k' | 'received-1m' | 'incompressible-64k';

export interface SynchronousTask {
  readonly title: string;
  readonly bound: SpeedBound;
}

const received: SpeedBound = { min: 0.8, goal: 1 };

export const tasks: Readonly<Record<TaskName, SynchronousTask>> = {
  'received-16k': { title: '16 KiB of unmasked binary, in chunks of 1,448 bytes', bound: received },
  'received-64k': { title: '64 KiB of unmasked binary, in chunks of 1,448 bytes', bound: received },
  'received-1m': { title: '1 MiB of unmasked binary, in chunks of 1,448 bytes', bound: received },
  'incompressible-64k': {
    title: '64 KiB of incompressible data, compressed',
    bound: { min: 1, goal: 1.2 },
  },
};
