import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { SendQueue } from '../../lib/sockets/send-queue.ts';
import { hex, unhex } from '../support/hex.ts';
import { fate, settle } from '../support/settling.ts';

const test = suite('SendQueue');

/** A sender that keeps what it is given. */
function queue() {
  const sent: string[] = [];
  const events: unknown[] = [];
  const waiting: (() => void)[] = [];
  const state = { open: true, closing: Promise.resolve() };
  const sends = new SendQueue({
    send: (message, onSent) => {
      if (!state.open) return false;
      sent.push(typeof message.data === 'string' ? message.data : hex(message.data as Uint8Array));
      waiting.push(onSent);
      return true;
    },
    close: () => {
      events.push('close');
      return state.closing;
    },
    abort: reason => void events.push(reason),
  });
  /** So many messages have reached the duplex. */
  const leave = (count: number) => {
    for (const tell of waiting.splice(0, count)) tell();
  };
  return { sends, sent, events, state, leave, writer: sends.writable.getWriter() };
}

const bad = new Error('bad');
const reason = new Error('reason');

test('keeps what waits apart from what other sockets send: it pins nothing of theirs', () => {
  const [one, other] = [0, 1].map(() => {
    const buffers: ArrayBufferLike[] = [];
    const told: (() => void)[] = [];
    const send = ({ data }: { data: unknown }, onSent: () => void) => {
      told.push(onSent);
      return buffers.push((data as Uint8Array).buffer) > 0;
    };
    const sends = new SendQueue({ send, close: () => Promise.resolve(), abort() {} });
    const writer = sends.writable.getWriter();
    const write = () => void writer.write(new Uint8Array(65));
    return { buffers, told, write };
  }) as [Sending, Sending];
  for (const { write } of [one, other, one, other, one]) write();
  assert.is(one.buffers[1], one.buffers[2]);
  assert.is.not(one.buffers[1], one.buffers[0]);
  assert.is.not(one.buffers[1], other.buffers[1]);
  for (const tell of [...one.told, ...other.told]) tell();
  one.write();
  assert.is.not(one.buffers[3], one.buffers[2]);
  other.write();
  assert.is(one.buffers[3], other.buffers[2]);
});

interface Sending {
  readonly buffers: ArrayBufferLike[];
  readonly told: (() => void)[];
  readonly write: () => void;
}

test('takes text as it is, buffers and views as octets, anything else as text', async () => {
  const { writer, sent } = queue();
  const buffer = unhex('00010203').buffer;
  const chunks: unknown[] = [
    'a',
    buffer,
    new DataView(buffer, 1, 2),
    new Uint16Array(buffer, 2),
    7,
    null,
    ['x'],
  ];
  for (const chunk of chunks) writer.write(chunk as string).catch(() => {});
  assert.equal(sent, ['a', '00010203', '0102', '0203', '7', 'null', 'x']);
});

test('copies when write() is called: changes and a transfer behind it do no harm', () => {
  const { sends, writer } = queue();
  const seen: Uint8Array[] = [];
  const own = new SendQueue({
    send: message => {
      seen.push(message.data as Uint8Array);
      return true;
    },
    close: () => Promise.resolve(),
    abort: () => {},
  });
  const data = unhex('0102');
  void own.writable.getWriter().write(data);
  data[0] = 0xff;
  structuredClone(data, { transfer: [data.buffer] });
  assert.is(data.length, 0);
  assert.equal(seen, [unhex('0102')]);
  assert.ok(sends.writable.locked && writer.desiredSize === 65_536);
});

test('settles each write when its message has reached the duplex, in order', async () => {
  const { leave, writer } = queue();
  const writes = ['a', 'b', 'c'].map(text => writer.write(text));
  assert.equal(await Promise.all(writes.map(fate)), ['pending', 'pending', 'pending']);
  leave(2);
  assert.equal(await Promise.all(writes.map(fate)), ['fulfilled', 'fulfilled', 'pending']);
  leave(1);
  assert.is(await fate(writes[2]!), 'fulfilled');
});

test('asks to wait beyond 64 KiB: octets of binary, three for each UTF-16 unit, and a header each', async () => {
  const { leave, writer } = queue();
  await writer.ready;
  void writer.write(new Uint8Array(1000));
  assert.is(writer.desiredSize, 65_536 - 1014);
  void writer.write('ü'.repeat(100));
  assert.is(writer.desiredSize, 65_536 - 1014 - 314);
  void writer.write('');
  assert.is(writer.desiredSize, 65_536 - 1014 - 314 - 14);
  void writer.write(new Uint8Array(64_179));
  assert.equal([writer.desiredSize, await fate(writer.ready)], [1, 'fulfilled']);
  void writer.write('');
  assert.equal([writer.desiredSize, await fate(writer.ready)], [-13, 'pending']);
  leave(5);
  assert.is(await fate(writer.ready), 'fulfilled');
});

test('resolves what is written once the closing has begun, and sends nothing', async () => {
  const { writer, sent, state } = queue();
  state.open = false;
  assert.is(await fate(writer.write('a')), 'fulfilled');
  assert.is(await fate(writer.write('b')), 'fulfilled');
  assert.equal(sent, []);
});

test('fails the write of what cannot become a string, and sends nothing of it', async () => {
  const { writer, sent, events } = queue();
  const write = writer.write(Symbol('x') as unknown as string);
  assert.ok((await fate(write)) instanceof TypeError);
  assert.ok((await fate(writer.closed)) instanceof TypeError);
  assert.equal([sent, events], [[], []]);
});

test('closes behind all writes', async () => {
  const { leave, writer, events } = queue();
  void writer.write('a');
  const close = writer.close();
  assert.equal([await fate(close), events], ['pending', []]);
  leave(1);
  assert.equal([await fate(close), events], ['fulfilled', ['close']]);
});

test('sends nothing that is written behind close(), and rejects it', async () => {
  for (const way of ['writer', 'stream'] as const) {
    const { sends, sent, writer } = queue();
    writer.write('a').catch(() => {});
    assert.is(((await fate(sends.writable.close())) as Error).name, 'TypeError');
    writer.releaseLock();
    assert.is(((await fate(writer.close())) as Error).name, 'TypeError');
    const next = sends.writable.getWriter();
    assert.is(((await fate(writer.close())) as Error).name, 'TypeError');
    next.write('b').catch(() => {});
    assert.equal(sent, ['a', 'b']);
    if (way === 'writer') next.close().catch(() => {});
    next.releaseLock();
    if (way === 'stream') sends.writable.close().catch(() => {});
    const late = sends.writable.getWriter();
    late.closed.catch(() => {});
    assert.is(((await fate(late.write('c'))) as Error).name, 'TypeError');
    assert.equal(sent, ['a', 'b']);
  }
});

test('takes as long to close as the sender does', async () => {
  const { writer, state } = queue();
  let closed = () => {};
  state.closing = new Promise(resolve => (closed = resolve));
  const close = writer.close();
  assert.is(await fate(close), 'pending');
  closed();
  assert.is(await fate(close), 'fulfilled');
});

test('an abort reaches the sender at once and lets go of every write', async () => {
  const { writer, sent, events } = queue();
  const writes = ['a', 'b'].map(text => writer.write(text));
  await settle();
  const abort = writer.abort(reason);
  assert.equal(events, [reason]);
  assert.equal(await Promise.all([...writes, abort].map(fate)), [reason, reason, 'fulfilled']);
  assert.is(await fate(writer.write('c')), reason);
  assert.equal(sent, ['a', 'b']);
});

test('sends nothing that is written while an abort is under way', async () => {
  const { writer, sent } = queue();
  void writer.write('a').catch(() => {});
  void writer.abort(reason);
  assert.is(await fate(writer.write('b')), reason);
  assert.equal(sent, ['a']);
});

test('a failure rejects every write that waits and every later one', async () => {
  const { sends, writer, sent, events, leave } = queue();
  const writes = ['a', 'b'].map(text => writer.write(text));
  await settle();
  sends.fail(bad);
  writes.push(writer.write('c'));
  assert.equal(await Promise.all(writes.map(fate)), [bad, bad, bad]);
  assert.is(await fate(writer.closed), bad);
  assert.equal([sent, events], [['a', 'b'], []]);
  sends.fail(reason);
  leave(3);
});

test('an abort by a pipe comes behind the write that is under way', async () => {
  const { sends, writer, events, sent, leave } = queue();
  writer.releaseLock();
  let source!: ReadableStreamDefaultController<string>;
  const broken = new ReadableStream<string>({ start: controller => void (source = controller) });
  const pipe = broken.pipeTo(sends.writable);
  source.enqueue('a');
  await settle();
  source.error(bad);
  assert.equal([await fate(pipe), events], ['pending', []]);
  leave(1);
  assert.is(await fate(pipe), bad);
  assert.equal([sent, events], [['a'], [bad]]);
});

test.run();
