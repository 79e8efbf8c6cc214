// The lanes of one client in both directions, which are shown and hidden together.

import type { Direction } from '../links/link.ts';
import type { Item } from '../wire/items.ts';
import type { TapCounts } from '../wire/wire-tap.ts';
import { byId } from './element.ts';
import { LanesView } from './lanes.ts';

const directions: readonly Direction[] = ['up', 'down'];

export class DirectionViews {
  readonly #roots: Readonly<Record<Direction, HTMLElement>>;
  readonly #views: Readonly<Record<Direction, LanesView>>;

  /**
   * @param suffix - the end of the ids of the elements for the lanes
   * @param onOpen - called with the item of a box that is chosen
   */
  constructor(suffix: string, onOpen: (item: Item) => void) {
    this.#roots = { up: byId(`lanes-up${suffix}`), down: byId(`lanes-down${suffix}`) };
    const view = (direction: Direction, other: Direction, name: string) =>
      new LanesView(this.#roots[direction], name, item => {
        this.#views[other].deselect();
        onOpen(item);
      });
    this.#views = {
      up: view('up', 'down', 'Client to server'),
      down: view('down', 'up', 'Server to client'),
    };
  }

  of(direction: Direction): LanesView {
    return this.#views[direction];
  }

  set hidden(hidden: boolean) {
    for (const root of Object.values(this.#roots)) root.hidden = hidden;
  }

  clear(): void {
    for (const view of Object.values(this.#views)) view.clear();
  }

  deselect(): void {
    for (const view of Object.values(this.#views)) view.deselect();
  }

  draw(now: number, slow: boolean): void {
    for (const view of Object.values(this.#views)) view.draw(now, slow);
  }

  showCounts(counts: (direction: Direction) => TapCounts): void {
    for (const direction of directions) this.#views[direction].showCounts(counts(direction));
  }
}
