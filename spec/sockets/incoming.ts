import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { CloseRecord } from '../../lib/connection/close-record.ts';
import { Incoming, type SocketEvent } from '../../lib/sockets/incoming.ts';
import { EventView, MessageView } from '../../lib/sockets/views.ts';
import { nextTask } from '../../lib/streams/next-task.ts';
import { fate } from '../support/settling.ts';

const test = suite('Incoming');

function open() {
  const told: unknown[] = [];
  const incoming = new Incoming(
    () => told.push('room'),
    reason => told.push(reason),
  );
  return { incoming, told };
}

const text = (data: string): SocketEvent => ({ type: 'text', data, last: true });
const octets = (length: number): SocketEvent => ({
  type: 'binary',
  data: new Uint8Array(length),
  last: true,
});
const ping: SocketEvent = { type: 'ping', data: new Uint8Array(0) };
const close: SocketEvent = { type: 'close', closeCode: 1000, reason: '' };
const record: CloseRecord = {
  sent: undefined,
  received: undefined,
  initiator: 'local',
  wasClean: false,
  cause: undefined,
};
const closed: SocketEvent = { type: 'closed', record };

function count(incoming: Incoming): number {
  let taken = 0;
  while (incoming.shift() !== undefined) taken += 1;
  return taken;
}

test('gives events in the order in which they came', () => {
  const { incoming } = open();
  assert.equal([incoming.empty, incoming.first, incoming.shift()], [true, undefined, undefined]);
  incoming.push(text('a'));
  incoming.push(octets(1));
  assert.equal([incoming.empty, incoming.first], [false, text('a')]);
  assert.equal([incoming.shift(), incoming.shift(), incoming.shift()], [text('a'), octets(1), undefined]);
});

test('a view says whether the next event is no larger than the room for it', () => {
  const { incoming } = open();
  const view = new MessageView(incoming);
  assert.is(view.fits(0), true, 'there is none');
  incoming.push(octets(100));
  incoming.push(octets(1));
  assert.equal([view.fits(99), view.fits(100)], [false, true]);
  incoming.shift();
  assert.equal([view.fits(0), view.fits(1)], [false, true]);
});

test('is full at 64 KiB, and 64 octets count for each event', () => {
  const { incoming } = open();
  incoming.push(octets(65_536 - 64 - 65));
  assert.is(incoming.full, false);
  incoming.push(text('a'));
  assert.is(incoming.full, true);
  const empty = open().incoming;
  for (let i = 0; i < 1023; i++) empty.push(text(''));
  assert.is(empty.full, false);
  empty.push(text(''));
  assert.is(empty.full, true);
});

test('tells once when there is room again', () => {
  const { incoming, told } = open();
  for (let i = 0; i < 1025; i++) incoming.push(text(''));
  incoming.shift();
  assert.equal([told, incoming.full], [[], true]);
  incoming.shift();
  assert.equal([told, incoming.full], [['room'], false]);
  incoming.shift();
  assert.equal(told, ['room']);
});

test('counts what is taken as it counted what came', () => {
  const { incoming, told } = open();
  for (let i = 0; i < 100; i++) {
    incoming.push(octets(65_536 - 64));
    assert.is(incoming.full, true);
    incoming.shift();
    assert.equal([incoming.full, told.length], [false, i + 1]);
  }
});

test('drops what does not fit once that is wished for, and all that follows it, and is never full then', () => {
  const { incoming, told } = open();
  incoming.dropOverflow();
  assert.equal(told, ['room']);
  for (let i = 0; i < 2000; i++) incoming.push(text(''));
  assert.is(incoming.full, false);
  assert.is(count(incoming), 1024);
  incoming.push(text('behind a gap'));
  assert.is(incoming.shift(), undefined);
});

test('what fits is kept however often it is taken', () => {
  const { incoming } = open();
  incoming.dropOverflow();
  for (let i = 0; i < 3000; i++) {
    incoming.push(text(''));
    assert.equal(incoming.shift(), text(''));
  }
});

test('gives a reader that keeps reading a moment before it drops, and nobody else', async () => {
  const { incoming } = open();
  for (let i = 0; i < 1024; i++) incoming.push(text(''));
  assert.is(incoming.crowded, false);
  incoming.dropOverflow();
  assert.is(incoming.crowded, true);
  await incoming.giveMoment();
  assert.is(incoming.crowded, false);
  incoming.shift();
  assert.is(incoming.crowded, false);
  incoming.push(text(''));
  assert.is(incoming.crowded, true);
});

test('a moment is two tasks', async () => {
  const { incoming } = open();
  let tasks = 0;
  const moment = incoming.giveMoment().then(() => tasks);
  await nextTask();
  tasks += 1;
  await nextTask();
  tasks += 1;
  assert.ok((await moment) >= 1);
  assert.is(await fate(moment), 'fulfilled');
});

test('when nobody reads on, drops what waits and what comes, and says why', () => {
  const { incoming, told } = open();
  incoming.take(new EventView(incoming));
  for (let i = 0; i < 1024; i++) incoming.push(text(''));
  incoming.cancel('why');
  assert.equal(told, ['room', 'why']);
  for (const event of [text('late'), ping, close, closed]) incoming.push(event);
  incoming.dropOverflow();
  incoming.push(text('later'));
  assert.equal(
    [incoming.empty, incoming.full, incoming.crowded, incoming.shift()],
    [true, false, false, undefined],
  );
});

test('keeps control frames and the end only for a view that wants them', () => {
  for (const [make, kept] of [
    [undefined, [text('a')]],
    [MessageView, [text('a')]],
    [EventView, [ping, text('a'), close, closed]],
  ] as const) {
    const { incoming } = open();
    if (make !== undefined) incoming.take(new make(incoming));
    for (const event of [ping, text('a'), close, closed]) incoming.push(event);
    for (const event of kept) assert.equal(incoming.shift(), event);
    assert.is(incoming.empty, true);
  }
});

test('a flood of control frames is bounded by the look-ahead, before a Close of ours and behind it', () => {
  const { incoming } = open();
  incoming.take(new EventView(incoming));
  for (let i = 0; i < 1024; i++) incoming.push(ping);
  assert.is(incoming.full, true);
  incoming.dropOverflow();
  for (let i = 0; i < 5000; i++) incoming.push(ping);
  incoming.push(close);
  incoming.push(closed);
  assert.is(count(incoming), 1026);
});

test('control frames that nobody wants make no gap between messages', () => {
  const { incoming } = open();
  incoming.dropOverflow();
  for (let i = 0; i < 1024; i++) incoming.push(text(''));
  incoming.push(ping);
  incoming.shift();
  incoming.push(text('fits'));
  assert.is(count(incoming), 1024);
});

test('the first view that is taken is the only one', () => {
  const { incoming } = open();
  incoming.take(new MessageView(incoming));
  assert.throws(
    () => incoming.take(new EventView(incoming)),
    (error: unknown) =>
      error instanceof TypeError && /events is locked: readable was taken/.test(error.message),
  );
});

test('tells its view what has come and how it ends, early or late, the first end only', async () => {
  const failure = new Error('bad');
  for (const early of [true, false]) {
    const { incoming } = open();
    incoming.push(text('a'));
    const view = new MessageView(incoming);
    if (early) incoming.take(view);
    incoming.end({ failure });
    incoming.end('closed');
    if (!early) incoming.take(view);
    const reader = view.readable.getReader();
    assert.is((await reader.read()).value, 'a');
    assert.is(await fate(reader.read()), failure);
  }
  const { incoming } = open();
  const view = new MessageView(incoming);
  incoming.take(view);
  const read = view.readable.getReader().read();
  assert.is(await fate(read), 'pending');
  incoming.push(text('a'));
  assert.is((await read).value, 'a');
  incoming.end('closed');
});

test('who cancels its view wants to read no further', async () => {
  const { incoming, told } = open();
  const view = new MessageView(incoming);
  incoming.take(view);
  await view.readable.cancel('why');
  assert.equal(told, ['room', 'why']);
});

test.run();
