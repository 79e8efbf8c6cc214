import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type Box, type Lane, LaneLayout } from '../../../../demo/inspector/view/lane-layout.ts';
import type { WireChunk } from '../../../../demo/inspector/wire/items.ts';
import { WireTap } from '../../../../demo/inspector/wire/wire-tap.ts';
import { every, rechunk } from '../../../../lib/testing.ts';
import { fromHex } from '../../../support/hex.ts';
import { fromServer } from '../../../support/named-frames.ts';

const test = suite('inspector: lane layout');

const text = fromHex(fromServer.text('hello'));
const twoFrames = fromHex(fromServer.text('a', { fin: false }) + fromServer.continuation('b'));

function chunksOf(input: Uint8Array, length: number): WireChunk[] {
  const chunks: WireChunk[] = [];
  const tap = new WireTap('client', { onChunk: chunk => chunks.push(chunk) }, false);
  tap.open({ compression: undefined, maxMessageBytes: 100 });
  for (const chunk of rechunk(input, every(length))) tap.write(chunk);
  return chunks;
}

function layOut(chunks: readonly WireChunk[]): { layout: LaneLayout; in(lane: Lane): Box[] } {
  const layout = new LaneLayout();
  const boxes = new Set<Box>();
  for (const chunk of chunks) for (const box of layout.add(chunk, 0)) boxes.add(box);
  return { layout, in: lane => [...boxes].filter(box => box.lane === lane) };
}

const right = ({ x, width }: Box) => x + width;

test('puts a frame, its message and its event under the bytes that carried them', () => {
  for (const length of [1, 2, 3, 100]) {
    const { in: boxes } = layOut(chunksOf(text, length));
    const chunks = boxes('bytes');
    assert.is(chunks.length, Math.ceil(7 / length));
    for (const lane of ['frames', 'messages', 'events'] as const) {
      const [box, ...others] = boxes(lane);
      assert.is(others.length, 0);
      assert.is(box!.x, chunks[0]!.x);
      assert.is(right(box!), right(chunks.at(-1)!));
    }
  }
});

test('lets a message span its frames', () => {
  const { in: boxes } = layOut(chunksOf(twoFrames, 100));
  const [first, second] = boxes('frames');
  const [message] = boxes('messages');
  assert.ok(right(first!) < second!.x);
  assert.equal([message!.x, right(message!)], [first!.x, right(second!)]);
});

test('leaves a gap between chunks, and a wider one after a pause', () => {
  const chunks = chunksOf(Uint8Array.of(...text, ...text, ...text), 7);
  const layout = new LaneLayout();
  const [first, second, third] = chunks.map((chunk, index) =>
    [...layout.add(chunk, index === 2 ? 1000 : 0)].find(({ lane }) => lane === 'bytes'),
  );
  const near = second!.x - right(first!);
  const far = third!.x - right(second!);
  assert.ok(near > 0 && far > near);
});

test('folds the frames of a crowded chunk', () => {
  const crowded = fromHex(fromServer.binary(new Uint8Array(2)).repeat(100));
  const { in: boxes } = layOut(chunksOf(crowded, 400));
  const folded = boxes('frames').at(-1)!;
  assert.equal(folded.item, { type: 'skipped', chunks: 0, frames: 88 });
  assert.is(boxes('messages').length, 12);
});

test('puts a stop into the lane that gets nothing', () => {
  const cases: [Uint8Array, Lane][] = [
    [fromHex(fromServer.text('', { rsv2: true })), 'frames'],
    [fromHex(fromServer.continuation()), 'messages'],
    [fromHex(fromServer.text(Uint8Array.of(0xff))), 'events'],
  ];
  for (const [input, lane] of cases) {
    const { in: boxes } = layOut(chunksOf(input, 100));
    assert.equal(
      boxes(lane).map(({ item }) => item.type),
      ['stop'],
    );
  }
});

test('draws one box for what was skipped', () => {
  const layout = new LaneLayout();
  const box = layout.skip(chunksOf(twoFrames, 1));
  assert.equal(box.item, { type: 'skipped', chunks: 6, frames: 2 });
  assert.is(layout.width, right(box));
});

test.run();
