import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { DrawBudget, Pace } from '../../../../demo/inspector/view/draw-budget.ts';
import type { WireChunk } from '../../../../demo/inspector/wire/items.ts';

const test = suite('inspector: draw budget');

/** Chunks of so many pieces. */
const chunks = (count: number, pieces: number): WireChunk[] =>
  Array.from({ length: count }, (_, index) => ({
    type: 'chunk',
    number: index + 1,
    byteLength: pieces,
    bytes: new Uint8Array(0),
    pieces: Array.from({ length: pieces }, () => ({ kind: 'ignored' as const, byteLength: 1 })),
    stop: undefined,
  }));

test('draws everything while little comes', () => {
  const budget = new DrawBudget();
  for (let second = 0; second < 10; second++) {
    const drawing = budget.divide(chunks(4, 2), second * 1000)!;
    assert.equal([drawing.skipped.length, drawing.drawn.length, drawing.calm], [0, 4, true]);
  }
});

test('draws the newest chunks of a flood, and waits between', () => {
  const budget = new DrawBudget();
  const first = budget.divide(chunks(100, 2), 0)!;
  assert.equal([first.skipped.length, first.drawn.length, first.calm], [20, 80, false]);
  assert.is(first.drawn.at(-1)!.number, 100);
  assert.is(budget.divide(chunks(100, 2), 16), undefined);
  const second = budget.divide(chunks(100, 2), 500)!;
  assert.equal([second.skipped.length, second.drawn.length], [75, 25]);
});

test('notices a page that does not keep up, and one that does again', () => {
  const pace = new Pace();
  let now = 0;
  const after = (frames: number, frameMs: number) => {
    let slow = false;
    for (let frame = 0; frame < frames; frame++) slow = pace.isSlow((now += frameMs));
    return slow;
  };
  assert.is(after(20, 16), false);
  assert.is(after(1, 100), false);
  assert.is(after(10, 100), true);
  assert.is(after(20, 16), false);
});

test.run();
