import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { byteReadable, type ChunkSource } from '../../lib/streams/byte-readable.ts';
import { fate } from '../support/settling.ts';

const test = suite('byteReadable');

/** Gives these chunks, then ends or fails. */
class Chunks implements ChunkSource {
  readonly cancelled: unknown[] = [];
  asked = 0;
  readonly #chunks: Uint8Array<ArrayBuffer>[];
  readonly #failure: Error | undefined;

  constructor(chunks: readonly Uint8Array<ArrayBuffer>[], failure?: Error) {
    this.#chunks = [...chunks];
    this.#failure = failure;
  }

  async next(): Promise<Uint8Array<ArrayBuffer> | undefined> {
    this.asked += 1;
    const chunk = this.#chunks.shift();
    if (chunk === undefined && this.#failure !== undefined) throw this.#failure;
    return chunk;
  }

  async cancel(reason: unknown): Promise<void> {
    this.cancelled.push(reason);
  }
}

const bytes = (...values: number[]) => Uint8Array.from(values);

async function all(readable: ReadableStream<Uint8Array>): Promise<number[][]> {
  const chunks: number[][] = [];
  for await (const chunk of readable) chunks.push([...chunk]);
  return chunks;
}

/** As of a host whose streams know nothing of bytes. */
class Old {
  constructor(source: UnderlyingDefaultSource, strategy: object) {
    if (source.type !== undefined) throw new TypeError('type is not supported');
    // biome-ignore lint/correctness/noConstructorReturn: a ReadableStream has no subclass that forgets its types.
    return new ReadableStream(source, strategy);
  }
}
const OldReadableStream = Old as unknown as typeof ReadableStream;

test('gives the chunks as they are asked for, without the empty ones', async () => {
  const source = new Chunks([bytes(1, 2), bytes(), bytes(3)]);
  const readable = byteReadable(source);
  assert.is(source.asked, 0);
  assert.equal(await all(readable), [[1, 2], [3]]);
});

test('fails as the source does', async () => {
  const failure = new Error('broken');
  const reader = byteReadable(new Chunks([bytes(1)], failure)).getReader();
  assert.equal((await reader.read()).value, bytes(1));
  assert.is(await fate(reader.read()), failure);
});

test('cancels the source', async () => {
  const source = new Chunks([]);
  await byteReadable(source).cancel('enough');
  assert.equal(source.cancelled, ['enough']);
});

test('fills buffers of the reader’s own, and answers the last one', async () => {
  const reader = byteReadable(new Chunks([bytes(1, 2, 3)])).getReader({ mode: 'byob' });
  const first = await reader.read(new Uint8Array(2));
  assert.equal([...first.value!], [1, 2]);
  assert.equal([...(await reader.read(new Uint8Array(8))).value!], [3]);
  const last = await reader.read(new Uint8Array(8));
  assert.equal([last.done, last.value?.length], [true, 0]);
});

test('is an ordinary stream on a host without byte streams', async () => {
  const source = new Chunks([bytes(1, 2), bytes(), bytes(3)]);
  const readable = byteReadable(source, OldReadableStream);
  assert.throws(() => readable.getReader({ mode: 'byob' }), TypeError);
  assert.equal(await all(readable), [[1, 2], [3]]);
  await byteReadable(source, OldReadableStream).cancel('x');
  assert.equal(source.cancelled, ['x']);
});

test('takes no memory away from chunks that share it', async () => {
  const shared = bytes(1, 2, 3, 4);
  const whole = bytes(5);
  assert.equal(await all(byteReadable(new Chunks([shared.subarray(0, 2), whole]))), [[1, 2], [5]]);
  assert.equal([...shared], [1, 2, 3, 4]);
  assert.is(whole.length, 0);
});

test.run();
