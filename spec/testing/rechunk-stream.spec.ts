import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { duplexPair } from '../../lib/testing/duplex-pair.ts';
import { every } from '../../lib/testing/rechunk.ts';
import { RechunkStream, type RechunkStreamOptions } from '../../lib/testing/rechunk-stream.ts';
import { fate, settle } from '../support/settling.ts';

const test = suite('RechunkStream');

const bad = new Error('bad');

/** Returns a stream of chunks that come at once; it ends, or fails if the last item is an error. */
function from(...chunks: (number[] | Error)[]) {
  const source = {
    cancelled: 'no' as unknown,
    readable: new ReadableStream<Uint8Array>({
      async pull(controller) {
        const chunk = chunks.shift();
        if (chunk === undefined) return controller.close();
        if (!(chunk instanceof Error)) return controller.enqueue(Uint8Array.from(chunk));
        // The pipe of Chromium drops a pending chunk if the source fails in the same turn.
        await settle();
        controller.error(chunk);
      },
      cancel: reason => void (source.cancelled = reason),
    }),
  };
  return source;
}

async function readAll(readable: ReadableStream<Uint8Array>): Promise<unknown[]> {
  const reader = readable.getReader();
  const got: unknown[] = [];
  try {
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return [...got, 'end'];
      got.push([...value]);
    }
  } catch (error) {
    return [...got, error];
  }
}

const cut = (lengths: Iterable<number>, options?: RechunkStreamOptions) =>
  readAll(from([1, 2, 3], [4, 5], [6]).readable.pipeThrough(new RechunkStream(lengths, options)));

test('cuts and merges chunks to the end', async () => {
  assert.equal(await cut([]), [[1, 2, 3, 4, 5, 6], 'end']);
  assert.equal(await cut([2]), [[1, 2], [3, 4, 5, 6], 'end']);
  assert.equal(await cut([4, 2]), [[1, 2, 3, 4], [5, 6], 'end']);
  assert.equal(await cut(every(1)), [[1], [2], [3], [4], [5], [6], 'end']);
  assert.equal(await cut([0, 3, 0]), [[], [1, 2, 3], [], [4, 5, 6], 'end']);
});

test('ends at a given byte, and cancels the source', async () => {
  assert.equal(await cut([2], { endAt: 4 }), [[1, 2], [3, 4], 'end']);
  assert.equal(await cut([], { endAt: 0 }), ['end']);
  const source = from(...Array.from({ length: 20 }, () => [1, 2, 3]));
  await readAll(source.readable.pipeThrough(new RechunkStream([], { endAt: 2 })));
  await settle();
  assert.is(source.cancelled, undefined);
});

test('fails at a given byte, after the bytes before it', async () => {
  const options = { endAt: 4, failure: bad };
  assert.equal(await cut([3], options), [[1, 2, 3], [4], bad]);
  const source = from(...Array.from({ length: 20 }, () => [1, 2, 3]));
  await readAll(source.readable.pipeThrough(new RechunkStream([3], options)));
  await settle();
  assert.is(source.cancelled, bad);
});

test('passes a failure on after the bytes before it, and a cancellation back', async () => {
  const failing = from([1, 2, 3], [4], bad).readable.pipeThrough(new RechunkStream([2]));
  assert.equal(await readAll(failing), [[1, 2], [3, 4], bad]);
  const source = from([1], [2]);
  await source.readable.pipeThrough(new RechunkStream([])).cancel(bad);
  await settle();
  assert.is(source.cancelled, bad);
});

test('does not hold back bytes if the source is silent', async () => {
  const { readable, writable } = new RechunkStream([4, 4]);
  const writer = writable.getWriter();
  const reader = readable.getReader();
  void writer.write(Uint8Array.of(1, 2, 3));
  assert.equal((await reader.read()).value, Uint8Array.of(1, 2, 3));
  void writer.write(Uint8Array.of(4, 5, 6, 7, 8));
  assert.equal((await reader.read()).value, Uint8Array.of(4, 5, 6, 7));
  const rest = reader.read();
  assert.is(await fate(writer.close()), 'fulfilled');
  assert.equal((await rest).value, Uint8Array.of(8));
  assert.ok((await reader.read()).done);
});

test('merges chunks that come over a wire with tasks in between', async () => {
  const [left, right] = duplexPair();
  const writer = left.writable.getWriter();
  for (let i = 0; i < 4; i++) void writer.write(Uint8Array.of(i));
  void writer.close();
  assert.equal(await readAll(right.readable.pipeThrough(new RechunkStream([]))), [[0, 1, 2, 3], 'end']);
});

test.run();
