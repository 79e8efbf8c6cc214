import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { LookAhead } from '../../lib/sockets/look-ahead.ts';
import { nextTask } from '../../lib/streams/next-task.ts';
import { fate } from '../support/settling.ts';

const test = suite('LookAhead');

function lookAhead() {
  const told: unknown[] = [];
  const messages = new LookAhead(
    () => told.push('room'),
    reason => told.push(reason),
  );
  return { messages, told };
}

const octets = (length: number) => new Uint8Array(length);

test('gives messages in the order in which they came', () => {
  const { messages } = lookAhead();
  assert.equal([messages.empty, messages.take()], [true, undefined]);
  messages.push('a');
  messages.push(octets(1));
  assert.is(messages.empty, false);
  assert.equal([messages.take(), messages.take(), messages.take()], ['a', octets(1), undefined]);
  assert.equal([messages.sizeOf('ab'), messages.sizeOf(octets(3))], [2, 3]);
});

test('is full at 64 KiB, and 64 octets count for each message', () => {
  const { messages } = lookAhead();
  messages.push(octets(65_536 - 64 - 65));
  assert.is(messages.full, false);
  messages.push('a');
  assert.is(messages.full, true);
  const empty = lookAhead().messages;
  for (let i = 0; i < 1023; i++) empty.push('');
  assert.is(empty.full, false);
  empty.push('');
  assert.is(empty.full, true);
});

test('tells once when there is room again', () => {
  const { messages, told } = lookAhead();
  for (let i = 0; i < 1025; i++) messages.push('');
  messages.take();
  assert.equal([told, messages.full], [[], true]);
  messages.take();
  assert.equal([told, messages.full], [['room'], false]);
  messages.take();
  assert.equal(told, ['room']);
});

test('counts what is taken as it counted what came', () => {
  const { messages, told } = lookAhead();
  for (let i = 0; i < 100; i++) {
    messages.push(octets(65_536 - 64));
    assert.is(messages.full, true);
    messages.take();
    assert.equal([messages.full, told.length], [false, i + 1]);
  }
});

test('drops what does not fit once that is wished for, keeps what is there, and is never full then', () => {
  const { messages, told } = lookAhead();
  messages.dropOverflow();
  assert.equal(told, ['room']);
  for (let i = 0; i < 2000; i++) messages.push('');
  assert.is(messages.full, false);
  let count = 0;
  while (messages.take() !== undefined) count += 1;
  assert.is(count, 1024);
  messages.push('late');
  assert.is(messages.take(), 'late');
});

test('gives a reader that keeps reading a moment before it drops, and nobody else', async () => {
  const { messages } = lookAhead();
  for (let i = 0; i < 1024; i++) messages.push('');
  assert.is(messages.crowded, false);
  messages.dropOverflow();
  assert.is(messages.crowded, true);
  await messages.giveMoment();
  assert.is(messages.crowded, false);
  messages.take();
  assert.is(messages.crowded, false);
  messages.push('');
  assert.is(messages.crowded, true);
});

test('a moment is two tasks', async () => {
  const { messages } = lookAhead();
  let tasks = 0;
  const moment = messages.giveMoment().then(() => tasks);
  await nextTask();
  tasks += 1;
  await nextTask();
  tasks += 1;
  assert.ok((await moment) >= 1);
  assert.is(await fate(moment), 'fulfilled');
});

test('when nobody reads on, drops what waits and what comes, and says why', () => {
  const { messages, told } = lookAhead();
  for (let i = 0; i < 1024; i++) messages.push('');
  messages.cancel('why');
  assert.equal(told, ['room', 'why']);
  messages.push('late');
  messages.dropOverflow();
  messages.push('later');
  assert.equal(
    [messages.empty, messages.full, messages.crowded, messages.take()],
    [true, false, false, undefined],
  );
});

test.run();
