// The view of one direction: four lanes, the stages between them, and the boxes in them. Boxes are buttons; the arrow keys move
// between them.

import type { Item, StageName, WireChunk, WireFrame, WireMessage } from '../wire/items.ts';
import type { TapCounts } from '../wire/wire-tap.ts';
import { DrawBudget } from './draw-budget.ts';
import { byteSize, element, grouped, prefersStill } from './element.ts';
import { labelOf } from './labels.ts';
import { type Box, type Lane, LaneLayout, lanes } from './lane-layout.ts';

/** The stages whose outputs the lanes show. */
const stageBefore: Readonly<Partial<Record<Lane, StageName>>> = {
  frames: 'FrameDecoder',
  messages: 'MessageAssembler',
  events: 'EventDecoder',
};

const hues = 6;
const maxBoxes = 320;
/** The time after a touch in which a scroll event counts as that of the reader. */
const touchMs = 1000;
/** The space after the newest box. */
const margin = 24;

export class LanesView {
  #layout = new LaneLayout();
  readonly #budget = new DrawBudget();
  readonly #viewport: HTMLElement;
  readonly #track: HTMLElement;
  readonly #gates = new Map<StageName, HTMLElement>();
  readonly #counts = new Map<Lane, HTMLElement>();
  readonly #elements = new Map<Box, HTMLButtonElement>();
  readonly #onOpen: (item: Item) => void;
  #backlog: WireChunk[] = [];
  #following = true;
  #viewportWidth = 0;
  /** The scroll position that this view has set. */
  #scrolled = 0;
  /** Whether new boxes are animated. */
  #calm = true;
  /** The time at which the reader last touched the lanes, with a finger, a pointer or a wheel. */
  #touchedAt = Number.NEGATIVE_INFINITY;
  #selected: Box | undefined;
  #wanted: ((item: Item) => boolean) | undefined;

  /** @param onOpen - called with the item of a box that is chosen */
  constructor(root: HTMLElement, name: string, onOpen: (item: Item) => void) {
    this.#onOpen = onOpen;
    const gutter = element('div.gutter');
    this.#track = element('div.track');
    for (const lane of lanes) {
      const stage = stageBefore[lane];
      if (stage !== undefined) gutter.append(this.#gate(stage));
      const count = element('span.count', {}, '0');
      this.#counts.set(lane, count);
      gutter.append(element('div.lane-name', {}, element('span', {}, lane), count));
      this.#track.append(element(`div.rail.rail-${lane}`));
    }
    this.#viewport = element(
      'div.viewport',
      { role: 'group', 'aria-label': `${name}: bytes, frames, messages, events` },
      this.#track,
    );
    root.append(gutter, this.#viewport);
    new ResizeObserver(([entry]) => {
      this.#viewportWidth = entry!.contentRect.width;
    }).observe(this.#viewport);
    this.#viewport.addEventListener('keydown', event => this.#move(event));
    for (const type of ['wheel', 'touchmove', 'pointerdown']) {
      this.#viewport.addEventListener(type, event => (this.#touchedAt = event.timeStamp), { passive: true });
    }
    this.#viewport.addEventListener('scroll', event => this.#noticeScroll(event.timeStamp), {
      passive: true,
    });
    this.#track.addEventListener('click', event => this.#click(event));
  }

  /** Queues a chunk for drawing. */
  add(chunk: WireChunk): void {
    this.#backlog.push(chunk);
  }

  /** Empties the lanes for a new connection. */
  clear(): void {
    for (const made of this.#elements.values()) made.remove();
    this.#elements.clear();
    for (const gate of this.#gates.values()) gate.classList.remove('stopped');
    this.#layout = new LaneLayout();
    this.#backlog = [];
    this.#selected = undefined;
    this.#wanted = undefined;
    this.#following = true;
    this.#scrolled = 0;
    this.#viewport.scrollLeft = 0;
    this.#track.style.width = '';
  }

  /**
   * Draws the queued chunks. Call it once for each animation frame.
   *
   * @param slow - whether the page is slow; then boxes are not animated
   */
  draw(now: number, slow: boolean): void {
    this.#follow(slow);
    if (this.#backlog.length === 0) return;
    const drawing = this.#budget.divide(this.#backlog, now);
    if (drawing === undefined) return;
    const { skipped, drawn, calm } = drawing;
    this.#backlog = [];
    this.#calm = calm && !slow;
    if (skipped.length > 0) this.#put(this.#layout.skip(skipped));
    for (const chunk of drawn) {
      for (const box of this.#layout.add(chunk, now)) this.#put(box);
      if (chunk.stop !== undefined) this.#gates.get(chunk.stop.stage)?.classList.add('stopped');
    }
    this.#track.style.width = `${this.#layout.width + margin}px`;
    this.#trim();
    if (this.#wanted !== undefined) this.open(this.#wanted);
  }

  /** Opens the newest box whose item fits; if there is none, the next one that arrives. */
  open(fits: (item: Item) => boolean): void {
    const box = [...this.#elements.keys()].findLast(({ item }) => item.type !== 'skipped' && fits(item));
    this.#wanted = box === undefined ? fits : undefined;
    if (box !== undefined) this.#select(box, false);
  }

  /** Removes the mark from the chosen box. */
  deselect(): void {
    if (this.#selected !== undefined) this.#elements.get(this.#selected)?.removeAttribute('aria-current');
    this.#selected = undefined;
  }

  #gate(stage: StageName): HTMLElement {
    const gate = element('div.gate', {}, element('code', {}, stage));
    this.#gates.set(stage, gate);
    return gate;
  }

  #put(box: Box): void {
    let made = this.#elements.get(box);
    if (made === undefined) {
      made = element('button', { type: 'button', tabindex: this.#elements.size === 0 ? 0 : -1 });
      made.style.left = `${box.x}px`;
      if (!this.#calm) made.classList.add('still');
      this.#elements.set(box, made);
      this.#track.children[lanes.indexOf(box.lane)]!.append(made);
    }
    made.style.width = `${Math.max(3, box.width)}px`;
    const { short, long } = labelOf(box.item);
    const shape = shapeOf(box.item);
    const still = made.classList.contains('still') ? ' still' : '';
    made.className = `box ${shape}${still}`;
    made.setAttribute('aria-label', long);
    made.title = long;
    made.replaceChildren(...segmentsOf(box), element('span.label', { 'aria-hidden': 'true' }, short));
  }

  /** Shows the numbers of bytes, frames, messages and events so far. */
  showCounts({ bytes, frames, messages, events }: TapCounts): void {
    this.#setCount('bytes', byteSize(bytes));
    this.#setCount('frames', grouped(frames));
    this.#setCount('messages', grouped(messages));
    this.#setCount('events', grouped(events));
  }

  #setCount(lane: Lane, text: string): void {
    const shown = this.#counts.get(lane)!;
    if (shown.textContent !== text) shown.textContent = text;
  }

  #trim(): void {
    for (const [box, made] of this.#elements) {
      if (this.#elements.size <= maxBoxes) break;
      if (box === this.#selected) continue;
      made.remove();
      this.#elements.delete(box);
      this.#layout.forget(box);
    }
  }

  /** Keeps the newest box in view, unless the reader has scrolled back. Reads no sizes, because that would force a layout. */
  #follow(slow: boolean): void {
    if (!this.#following) return;
    const distance = Math.max(0, this.#layout.width + margin - this.#viewportWidth) - this.#scrolled;
    if (distance < 1) return;
    const smooth = !slow && this.#calm && distance < 3000 && !prefersStill();
    this.#scrolled += smooth ? Math.max(1, distance * 0.18) : distance;
    this.#viewport.scrollLeft = this.#scrolled;
  }

  /** Stops following when the reader scrolls back, and starts again at the end. */
  #noticeScroll(time: number): void {
    // Reading the position forces a layout, so do it only for scrolling by the reader.
    if (time - this.#touchedAt > touchMs) return;
    const { scrollWidth, clientWidth, scrollLeft } = this.#viewport;
    this.#following = scrollWidth - clientWidth - scrollLeft < 4;
    this.#scrolled = scrollLeft;
  }

  #click(event: Event): void {
    const made = (event.target as Element).closest('button');
    const box = made && this.#boxOf(made);
    if (box) this.#select(box, true);
  }

  #boxOf(made: Element): Box | undefined {
    for (const [box, each] of this.#elements) if (each === made) return box;
    return undefined;
  }

  #select(box: Box, focus: boolean): void {
    if (box.item.type === 'skipped') return;
    this.#wanted = undefined;
    this.#onOpen(box.item);
    this.deselect();
    this.#selected = box;
    const made = this.#elements.get(box)!;
    for (const each of this.#elements.values()) each.tabIndex = -1;
    made.tabIndex = 0;
    made.setAttribute('aria-current', 'true');
    if (!focus) return;
    this.#following = false;
    made.focus({ preventScroll: true });
    made.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }

  #move(event: KeyboardEvent): void {
    const from = this.#boxOf(document.activeElement!);
    const to = from && this.#neighbour(from, event.key);
    if (to === undefined) return;
    event.preventDefault();
    this.#select(to, true);
  }

  #neighbour(from: Box, key: string): Box | undefined {
    const all = [...this.#elements.keys()]
      .filter(({ item }) => item.type !== 'skipped')
      .sort((a, b) => a.x - b.x);
    const same = all.filter(({ lane }) => lane === from.lane);
    const at = same.indexOf(from);
    if (key === 'ArrowLeft') return same[at - 1];
    if (key === 'ArrowRight') return same[at + 1];
    if (key === 'Home') return same[0];
    if (key === 'End') return same.at(-1);
    const step = key === 'ArrowDown' ? 1 : key === 'ArrowUp' ? -1 : 0;
    if (step === 0) return undefined;
    const lane = lanes[lanes.indexOf(from.lane) + step];
    const overlap = (box: Box) => Math.min(box.x + box.width, from.x + from.width) - Math.max(box.x, from.x);
    return all.filter(box => box.lane === lane).sort((a, b) => overlap(b) - overlap(a))[0];
  }
}

function segmentsOf({ segments }: Box): HTMLElement[] {
  return segments.map(({ kind, x, width, frame }) => {
    const made = element('span');
    made.className = `segment ${kind} ${frame?.stop ? 'bad' : ''} ${frame?.message ? colourOf(frame.message) : ''}`;
    made.style.left = `${x}px`;
    made.style.width = `${width}px`;
    return made;
  });
}

/** Returns a class with one of the hues for a data message, or the classes of a control frame. */
function colourOf({ kind, number }: WireMessage): string {
  return kind === 'text' || kind === 'binary' ? `hue-${number % hues}` : `control ${kind}`;
}

/** Returns the classes of a box. */
function shapeOf(item: Box['item']): string {
  switch (item.type) {
    case 'frame': {
      const colour = item.message === undefined ? '' : colourOf(item.message);
      return `frame ${colour} ${marks(item)} ${item.fields?.fin === false ? 'more' : ''}`;
    }
    case 'message':
      return `message ${colourOf(item)} ${marks(item)}`;
    case 'event':
      return `event ${colourOf(item.message)}`;
    default:
      return item.type;
  }
}

function marks({ complete, stop }: WireFrame | WireMessage): string {
  return `${complete ? '' : 'open'} ${stop ? 'bad' : ''}`;
}
