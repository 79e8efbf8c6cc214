// Injects faults into the server process, as if the library had caused them.

import { openSync } from 'node:fs';
import type { OpenWebSocket } from '../../lib/index.ts';
import type { Data } from './message-reader.ts';
import type { Filter } from './receiver.ts';
import type { InjectedFault } from './settings.ts';

/** The number of messages of which one is damaged. */
const damageInterval = 5;
const hourMs = 3_600_000;

/** Injects the faults that the settings list. */
export class FaultInjector {
  readonly #faults: readonly InjectedFault[];
  readonly #shutdown: AbortSignal;
  /** Objects that are kept reachable to simulate a leak. */
  readonly #retained: unknown[] = [];

  /** @param shutdown - a signal shared by all connections */
  constructor(faults: readonly InjectedFault[], shutdown: AbortSignal) {
    this.#faults = faults;
    this.#shutdown = shutdown;
  }

  /** Injects the faults that occur once per connection. */
  inject(socket: OpenWebSocket): void {
    for (const fault of this.#faults) {
      if (fault === 'reject') void Promise.reject(new Error('injected'));
      else if (fault === 'socket') this.#retained.push(socket);
      else if (fault === 'heap') this.#retained.push(new Uint8Array(4 * 1024 * 1024));
      else if (fault === 'descriptor') openSync(process.execPath, 'r');
      else if (fault === 'timer') setTimeout(() => {}, hourMs);
      else if (fault === 'listener') this.#shutdown.addEventListener('abort', () => this.#retained);
    }
  }

  /** Returns a filter for the messages of a new socket, which injects the faults that damage messages. */
  filter(): Filter {
    const filters = this.#faults.map(filterOf).filter(filter => filter !== undefined);
    return data => filters.reduce<readonly Data[]>((passed, filter) => passed.flatMap(filter), [data]);
  }
}

function filterOf(fault: InjectedFault): Filter | undefined {
  if (fault === 'lose') return periodic(2, () => []);
  if (fault === 'duplicate') return periodic(3, data => [data, data]);
  if (fault === 'corrupt') return periodic(4, data => [withLastUnitChanged(data)]);
  return fault === 'reorder' ? swapper() : undefined;
}

/** Returns a filter that damages message `first` and then one in every `damageInterval` messages. */
function periodic(first: number, damage: Filter): Filter {
  let count = -first;
  return data => (++count % damageInterval === 0 && count >= 0 ? damage(data) : [data]);
}

/** Returns a filter that swaps a message with the next one, once in every `damageInterval` messages. */
function swapper(): Filter {
  let count = 0;
  let held: Data | undefined;
  return data => {
    count += 1;
    if (count % damageInterval === 1) {
      held = data;
      return [];
    }
    const passed = held === undefined ? [data] : [data, held];
    held = undefined;
    return passed;
  };
}

/** Returns the message with its last byte or UTF-16 unit changed. */
function withLastUnitChanged(data: Data): Data {
  if (typeof data === 'string') return `${data.slice(0, -1)}?`;
  return data.map((byte, i) => (i === data.length - 1 ? byte ^ 1 : byte));
}
