// The plots: throughput, bytes in the buffers, and memory of the page.

import type { Gauge } from '../links/link.ts';
import type { TapCounts } from '../wire/wire-tap.ts';
import { byId, byteSize, grouped } from './element.ts';
import { Plot } from './plot.ts';

const intervalMs = 250;

export interface Sample {
  readonly up: TapCounts;
  readonly down: TapCounts;
  readonly gauge: Gauge;
}

/** Returns the size of the heap, which only Chromium reports. */
function heapBytes(): number | undefined {
  const { memory } = performance as { memory?: { usedJSHeapSize: number } };
  return memory?.usedJSHeapSize;
}

/** Takes a sample four times a second. */
export class Measures {
  readonly #bytes = new Plot({
    title: 'Throughput',
    lines: ['to server', 'to client'],
    format: value => `${byteSize(value)}/s`,
  });
  readonly #messages = new Plot({
    title: 'Messages',
    lines: ['to server', 'to client'],
    format: value => `${grouped(value)}/s`,
  });
  readonly #waiting = new Plot({ title: 'In buffers', lines: [''], format: byteSize });
  readonly #heap = new Plot({ title: 'Page memory', lines: [''], format: byteSize });
  readonly #plots: readonly Plot[];
  #last: Sample | undefined;
  #lastAt = 0;

  constructor(sample: () => Sample | undefined) {
    const plots = [this.#bytes, this.#messages, this.#waiting];
    this.#plots = heapBytes() === undefined ? plots : [...plots, this.#heap];
    byId('plots').append(...this.#plots.map(({ root }) => root));
    setInterval(() => this.#measure(sample()), intervalMs);
  }

  /** Draws new samples, if there are any. */
  draw(): void {
    for (const plot of this.#plots) plot.draw();
  }

  #measure(sample: Sample | undefined): void {
    const now = performance.now();
    const seconds = (now - this.#lastAt) / 1000;
    const last = this.#last;
    this.#last = sample && { up: { ...sample.up }, down: { ...sample.down }, gauge: sample.gauge };
    this.#lastAt = now;
    const rate = (name: keyof TapCounts) =>
      (['up', 'down'] as const).map(direction => {
        const passed = (sample?.[direction][name] ?? 0) - (last?.[direction][name] ?? 0);
        return Math.max(0, passed / seconds);
      });
    this.#bytes.push(rate('bytes'));
    this.#messages.push(rate('messages'));
    const { queueBytes = 0, wireBytes = 0, lookAheadBytes = 0 } = sample?.gauge ?? {};
    this.#waiting.push([queueBytes + (wireBytes ?? 0) + lookAheadBytes]);
    const heap = heapBytes();
    if (heap !== undefined) this.#heap.push([heap]);
  }
}
