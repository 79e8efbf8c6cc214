// The rows of the synchronous table: titles and bounds.

import type { Reach } from '../cpu-table.ts';

export type WorkName = 'received-16k' | 'received-64k' | 'received-1m' | 'incompressible-64k';

export interface SynchronousWork {
  readonly title: string;
  readonly reach: Reach;
}

const received: Reach = { least: 0.8, aim: 1 };

export const works: Readonly<Record<WorkName, SynchronousWork>> = {
  'received-16k': { title: '16 KiB of unmasked binary, in chunks of 1,448 bytes', reach: received },
  'received-64k': { title: '64 KiB of unmasked binary, in chunks of 1,448 bytes', reach: received },
  'received-1m': { title: '1 MiB of unmasked binary, in chunks of 1,448 bytes', reach: received },
  'incompressible-64k': {
    title: '64 KiB that are incompressible, compressed',
    reach: { least: 1, aim: 1.2 },
  },
};
