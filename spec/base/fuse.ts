import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { fuse } from '../../lib/base/fuse.ts';
import type { Stage } from '../../lib/base/stage.ts';

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

const test = suite('fuse');

function readAll(stage: Stage<number, number>): number[] {
  const outputs: number[] = [];
  for (let out = stage.read(); out !== undefined; out = stage.read()) outputs.push(out);
  return outputs;
}

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

test('throws the error of a spent second stage again, whatever the first would say of the end', () => {
  const stage = fuse(new Repeater(1), new Repeater(1));
  const error = new Error('spent');
  const spent: Stage<number, number> = {
    write() {},
    read() {
      throw error;
    },
    close() {},
  };
  const failed = fuse(stage, spent);
  failed.write(1);
  for (const step of [() => failed.read(), () => failed.close(), () => failed.read()]) {
    assert.throws(step, (thrown: unknown) => thrown === error);
  }
});

test.run();
