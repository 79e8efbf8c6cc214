import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { ByteReader, ByteWriter } from '../../lib/streams/byte-duplex.ts';
import { readableOf, writableOf } from '../../lib/streams/duplex-streams.ts';
import { fate, settle } from '../support/settling.ts';

const test = suite('duplex-streams');

/** A side whose `closed` the spec settles. */
function closing() {
  let close!: () => void;
  let fail!: (error: unknown) => void;
  const closed = new Promise<void>((resolve, reject) => {
    close = resolve;
    fail = reject;
  });
  return { close, closed, fail };
}

/** Returns a reader with these chunks. */
function readerOf(chunks: readonly Uint8Array[]) {
  const { close, closed, fail } = closing();
  const the = {
    cancelled: [] as unknown[],
    close,
    fail,
    reads: 0,
    readable: undefined as unknown as ReadableStream,
  };
  const reader: ByteReader = {
    closed,
    read: async () => ({ value: chunks[the.reads++] }),
    cancel: async reason => {
      the.cancelled.push(reason);
      close();
    },
  };
  the.readable = readableOf(reader);
  return the;
}

test('uses its reader only for a pending read', async () => {
  const the = readerOf([Uint8Array.of(1), Uint8Array.of(2)]);
  await settle();
  assert.is(the.reads, 0);
  const reader = the.readable.getReader();
  assert.equal((await reader.read()).value, Uint8Array.of(1));
  await settle();
  assert.is(the.reads, 1);
});

test('ends and fails as its reader does', async () => {
  const ended = readerOf([]);
  const read = ended.readable.getReader().read();
  ended.close();
  assert.equal(await read, { done: true, value: undefined });
  const failed = readerOf([]);
  const reset = new Error('reset');
  failed.fail(reset);
  assert.is(await fate(failed.readable.getReader().closed), reset);
});

test('cancels its reader, and ignores the end of it', async () => {
  const the = readerOf([]);
  const reader = the.readable.getReader();
  await reader.cancel('enough');
  assert.equal([the.cancelled, await fate(reader.closed)], [['enough'], 'fulfilled']);
});

/** A writer that records its calls; the spec settles the writes. */
function writerOf() {
  const { close, closed, fail } = closing();
  const noted: unknown[] = [];
  const settles: (() => void)[] = [];
  const writer: ByteWriter = {
    closed,
    desiredSize: 1,
    write(bytes) {
      noted.push([...bytes]);
      return new Promise(resolve => settles.push(resolve));
    },
    async close() {
      noted.push('close');
      close();
    },
    async abort(reason) {
      noted.push(reason);
    },
  };
  return { fail, noted, settles, writable: writableOf(writer) };
}

test('writes one chunk after the other, and closes after them', async () => {
  const { noted, settles, writable } = writerOf();
  const writer = writable.getWriter();
  void writer.write(Uint8Array.of(1));
  void writer.write(Uint8Array.of(2));
  const closed = writer.close();
  await settle();
  assert.equal(noted, [[1]]);
  settles[0]!();
  await settle();
  assert.equal(noted, [[1], [2]]);
  settles[1]!();
  await closed;
  assert.equal(noted, [[1], [2], 'close']);
});

test('aborts its writer at once, also during a write', async () => {
  const { noted, writable } = writerOf();
  const writer = writable.getWriter();
  writer.write(Uint8Array.of(1)).catch(() => {});
  writer.closed.catch(() => {});
  await settle();
  writer.abort('enough').catch(() => {});
  assert.equal(noted, [[1], 'enough']);
});

test('fails as its writer does', async () => {
  const { fail, writable } = writerOf();
  const writer = writable.getWriter();
  const reset = new Error('reset');
  fail(reset);
  assert.is(await fate(writer.closed), reset);
});

test.run();
