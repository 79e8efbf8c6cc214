import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { nextTask, type TaskHost } from '../../lib/streams/next-task.ts';

const test = suite('nextTask');

const { setImmediate, scheduler } = globalThis as TaskHost;
const timersOnly: TaskHost = { setTimeout: (callback, ms) => setTimeout(callback, ms) };
const waits = scheduler?.wait !== undefined;

/** The ways of hosts. A host whose messages overtake promises or timers has a better one. */
const hasMessageTasks = !('Deno' in globalThis) && !waits;

const hosts: Readonly<Record<string, TaskHost>> = {
  'of this host': globalThis as TaskHost,
  ...(setImmediate && { 'with setImmediate': { ...timersOnly, setImmediate } }),
  ...(waits && { 'with scheduler.wait': { ...timersOnly, scheduler } }),
  ...(hasMessageTasks && { 'with MessageChannel only': { ...timersOnly, MessageChannel } }),
  'with setTimeout only': timersOnly,
};

for (const [name, host] of Object.entries(hosts)) {
  test(`comes in a later task, by the means ${name}`, async () => {
    const order: string[] = [];
    const task = nextTask(host).then(() => order.push('task'));
    for (let i = 0; i < 100; i++) await undefined;
    order.push('microtasks');
    await task;
    assert.equal(order, ['microtasks', 'task']);
  });

  test(`lets a timer run, by the means ${name}`, async () => {
    let fired = false;
    setTimeout(() => (fired = true));
    for (let tasks = 0; !fired; tasks++) {
      assert.ok(tasks < 1e5);
      await nextTask(host);
    }
  });
}

test('prefers a message to a timer, which browsers delay', async () => {
  let timers = 0;
  await nextTask({ MessageChannel, setTimeout: () => void timers++ });
  assert.is(timers, 0);
});

test('uses scheduler.wait if the host has it, because a message would come before timers there', async () => {
  const asked: number[] = [];
  const wait = async (ms: number) => void asked.push(ms);
  const unused = () => assert.unreachable('a timer');
  await nextTask({ scheduler: { wait }, setTimeout: unused });
  assert.equal(asked, [0]);
  let timers = 0;
  const setTimeout = (callback: () => void) => {
    timers += 1;
    callback();
  };
  await nextTask({ scheduler: {}, setTimeout });
  assert.is(timers, 1);
});

test.run();
