import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { fuse } from '../../lib/base/fuse.ts';
import type { Stage } from '../../lib/base/stage.ts';
import { readAll, thrownBy } from '../support/reading.ts';
import { type Script, ScriptedStage } from '../support/scripted-stage.ts';

/** Outputs each number as many times as its `times`; rejects negative numbers, and an end after an odd one. */
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

/** Rejects everything, and keeps throwing the same error. */
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

test('reads the second stage until it is empty before it reads the first', () => {
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

/** Accepts numbers and outputs nothing. */
class Swallower implements Stage<number, number> {
  taken = 0;
  #held = false;
  write(): void {
    this.#held = true;
  }
  read(): undefined {
    if (this.#held) this.taken += 1;
    this.#held = false;
  }
  close(): void {}
}

test('is busy while its second stage is, and does not read the first stage then', () => {
  const script: Script = ['busy', 7, 'busy', 'busy'];
  const first = new Repeater(2);
  const second = fuse(new ScriptedStage(), new Repeater(1));
  const stage: Stage<number, number> = fuse(
    {
      write: chunk => first.write(chunk),
      read: () => (first.read() === undefined ? undefined : script),
      close() {},
    },
    second,
  );
  stage.write(1);
  for (let times = 0; times < 2; times++) {
    assert.is(stage.read(), undefined);
    assert.ok(stage.busy);
    assert.is(stage.read(), 7);
    assert.not.ok(stage.busy);
    for (let rests = 0; rests < 2; rests++) {
      assert.is(stage.read(), undefined);
      assert.ok(stage.busy);
    }
  }
  assert.is(stage.read(), undefined);
  assert.not.ok(stage.busy);
});

test('is busy while its first stage is', () => {
  const stage = fuse(new ScriptedStage(), new Repeater(1));
  stage.write(['busy', 1, 'busy', 2]);
  const seen = Array.from({ length: 5 }, () => [stage.read(), stage.busy]);
  assert.equal(seen, [
    [undefined, true],
    [1, false],
    [undefined, true],
    [2, false],
    [undefined, false],
  ]);
});

test('is busy after 2,048 items without output', () => {
  const swallower = new Swallower();
  const stage = fuse(new Repeater(5000), swallower);
  stage.write(1);
  for (const [taken, busy] of [
    [2047, true],
    [4095, true],
    [5000, false],
  ] as const) {
    assert.is(stage.read(), undefined);
    assert.equal([swallower.taken, stage.busy], [taken, busy]);
  }
});

test('rejects a chunk and the end while it is busy, and loses nothing', () => {
  const stage = fuse(new ScriptedStage(), new Repeater(1));
  stage.write(['busy', 1]);
  assert.is(stage.read(), undefined);
  assert.throws(
    () => stage.write([2]),
    'write() was called while the stage is busy: call read() again first',
  );
  assert.throws(() => stage.close(), 'close() was called while the stage is busy: call read() again first');
  assert.equal(readAll(stage), [1]);
  stage.write([2]);
  assert.equal(readAll(stage), [2]);
  stage.close();
});

test('passes on an error of either stage, and closes both', () => {
  const failing = fuse(new Repeater(1), new Repeater(1));
  failing.write(-1);
  assert.throws(() => failing.read(), 'negative');
  const odd = fuse(new Repeater(1), new Repeater(1));
  odd.write(1);
  readAll(odd);
  assert.throws(() => odd.close(), 'odd end');
});

test('keeps throwing the same error from read and close, whichever stage threw it', () => {
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
