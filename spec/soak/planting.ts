// Faults that the server commits on purpose, as if the library had committed them.

import { openSync } from 'node:fs';
import type { OpenWebSocket } from '../../lib/index.ts';
import type { Data } from './reading.ts';
import type { Filter } from './receiver.ts';
import type { Plant } from './settings.ts';

/** One message of so many is damaged. */
const everyNth = 5;
const hourMs = 3_600_000;

/** Commits the faults that were asked for. */
export class Planting {
  readonly #plants: readonly Plant[];
  readonly #shutdown: AbortSignal;
  /** What is never released. */
  readonly #hoard: unknown[] = [];

  /** @param shutdown - a signal that outlives the connections */
  constructor(plants: readonly Plant[], shutdown: AbortSignal) {
    this.#plants = plants;
    this.#shutdown = shutdown;
  }

  /** Commits the faults that are committed once a connection. */
  commit(socket: OpenWebSocket): void {
    for (const plant of this.#plants) {
      if (plant === 'reject') void Promise.reject(new Error('planted'));
      else if (plant === 'socket') this.#hoard.push(socket);
      else if (plant === 'heap') this.#hoard.push(new Uint8Array(4 * 1024 * 1024));
      else if (plant === 'descriptor') openSync(process.execPath, 'r');
      else if (plant === 'timer') setTimeout(() => {}, hourMs);
      else if (plant === 'listener') this.#shutdown.addEventListener('abort', () => this.#hoard);
    }
  }

  /** What stands between a new socket and the check of its messages. */
  filter(): Filter {
    const filters = this.#plants.map(filterOf).filter(filter => filter !== undefined);
    return data => filters.reduce<readonly Data[]>((passed, filter) => passed.flatMap(filter), [data]);
  }
}

function filterOf(plant: Plant): Filter | undefined {
  if (plant === 'lose') return oneOf(2, () => []);
  if (plant === 'twice') return oneOf(3, data => [data, data]);
  if (plant === 'corrupt') return oneOf(4, data => [flipped(data)]);
  return plant === 'reorder' ? swapping() : undefined;
}

/** Damages one message of so many, of those that come after the first. */
function oneOf(first: number, damage: Filter): Filter {
  let count = -first;
  return data => (++count % everyNth === 0 && count >= 0 ? damage(data) : [data]);
}

/** Holds a message back until the next one has passed. */
function swapping(): Filter {
  let count = 0;
  let held: Data | undefined;
  return data => {
    count += 1;
    if (count % everyNth === 1) {
      held = data;
      return [];
    }
    const passed = held === undefined ? [data] : [data, held];
    held = undefined;
    return passed;
  };
}

/** The same message with its last byte or letter changed. */
function flipped(data: Data): Data {
  if (typeof data === 'string') return `${data.slice(0, -1)}?`;
  return data.map((byte, i) => (i === data.length - 1 ? byte ^ 1 : byte));
}
