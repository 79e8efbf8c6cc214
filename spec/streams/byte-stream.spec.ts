import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { closeByteStream, hasByteStreams } from '../../lib/streams/byte-stream.ts';
import { isWorkerd } from '../support/host-streams.ts';
import { fate } from '../support/settling.ts';

const test = suite('byte streams of the host');

/** A host without byte streams. */
class Old {
  constructor(source: UnderlyingDefaultSource) {
    if (source.type !== undefined) throw new TypeError('type is not supported');
  }
}

function byteStream() {
  let controller!: ReadableByteStreamController;
  const readable = new ReadableStream({ type: 'bytes', start: given => void (controller = given) });
  return { readable, controller };
}

test('are detected by a trial', () => {
  assert.is(hasByteStreams(), true);
  assert.is(hasByteStreams(), true);
  assert.is(hasByteStreams(Old as unknown as typeof ReadableStream), false);
});

test('completes the pending BYOB read on a close, with its own buffer', async () => {
  const { readable, controller } = byteStream();
  const read = readable.getReader({ mode: 'byob' }).read(new Uint8Array(4));
  assert.is(await fate(read), 'pending');
  closeByteStream(controller);
  const { done, value } = await read;
  assert.equal([done, value?.length, value?.buffer.byteLength], [true, 0, 4]);
});

test('closes as any stream without a read, or with an ordinary one', async () => {
  const idle = byteStream();
  closeByteStream(idle.controller);
  assert.is((await idle.readable.getReader().read()).done, true);
  const reading = byteStream();
  const read = reading.readable.getReader().read();
  closeByteStream(reading.controller);
  assert.is((await read).done, true);
});

// workerd ends such a read.
(isWorkerd ? test.skip : test)(
  'fails the read with a TypeError on a close inside an element of a view',
  async () => {
    const { readable, controller } = byteStream();
    const read = readable.getReader({ mode: 'byob' }).read(new Uint16Array(2));
    controller.enqueue(Uint8Array.of(1));
    closeByteStream(controller);
    assert.ok((await fate(read)) instanceof TypeError);
  },
);

test.run();
