import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { fuse } from '../../lib/base/fuse.ts';
import type { Stage } from '../../lib/base/stage.ts';
import { readAll, thrownBy } from '../support/reading.ts';

/** Yields each number `times` over; refuses negative ones, and an end after an odd one. */
class Repeater implements Stage<number, number> {
  readonly #times: number;
  #current = 0;
  #left = 0;
  constructor(times: number) {
    this.#times = times;
  }
  write(chunk: number): void {
    this.#current = chunk;
    this.#left = this.#times;
  }
  read(): number | undefined {
    if (this.#current < 0) throw new Error(`negative: ${this.#current}`);
    return this.#left-- > 0 ? this.#current : undefined;
  }
  close(): void {
    if (this.#current % 2 === 1) throw new Error('odd end');
  }
}

/** Refuses everything, and throws the same error ever after. */
class Refuser implements Stage<number, number> {
  readonly #error = new Error('refused');
  #spent = false;
  write(): void {
    this.#spent = true;
  }
  read(): undefined {
    if (this.#spent) throw this.#error;
  }
  close(): void {
    this.read();
  }
}

const test = suite('fuse');

test('reads the second stage empty before it reads the first', () => {
  const stage = fuse(new Repeater(2), new Repeater(3));
  stage.write(7);
  assert.equal(readAll(stage), [7, 7, 7, 7, 7, 7]);
  stage.write(8);
  assert.equal(readAll(stage), [8, 8, 8, 8, 8, 8]);
});

test('decodes nothing before a read', () => {
  let reads = 0;
  const counting: Stage<number, number> = { write() {}, read: () => void reads++, close() {} };
  const stage = fuse(counting, new Repeater(1));
  stage.write(1);
  assert.is(reads, 0);
});

test('passes on what either stage throws, and closes both', () => {
  const failing = fuse(new Repeater(1), new Repeater(1));
  failing.write(-1);
  assert.throws(() => failing.read(), 'negative');
  const odd = fuse(new Repeater(1), new Repeater(1));
  odd.write(1);
  readAll(odd);
  assert.throws(() => odd.close(), 'odd end');
});

test('that has thrown throws the same error again, whichever stage it was, from read and close', () => {
  for (const [first, second] of [
    [new Repeater(1), new Refuser()],
    [new Refuser(), new Repeater(1)],
  ] as const) {
    const stage = fuse(first, second);
    stage.write(7);
    const error = thrownBy(() => readAll(stage));
    for (const again of [() => stage.close(), () => stage.read(), () => stage.close()]) {
      assert.is(thrownBy(again), error);
    }
  }
});

test.run();
