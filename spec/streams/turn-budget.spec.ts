import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { nextTask } from '../../lib/streams/next-task.ts';
import { TurnBudget, turnBudget } from '../../lib/streams/turn-budget.ts';

const test = suite('TurnBudget');

const turn = 262_144;

test('is exhausted after 256 KiB of work, until the next task (A4)', async () => {
  const budget = new TurnBudget();
  budget.spend(turn - 1);
  assert.is(budget.exhausted, false);
  budget.spend(1);
  assert.is(budget.exhausted, true);
  await nextTask();
  assert.is(budget.exhausted, false);
  budget.spend(turn);
  assert.is(budget.exhausted, true);
  await nextTask();
});

test('counts light work without scheduling a task', async () => {
  const budget = new TurnBudget();
  for (let i = 0; i < 3; i++) {
    budget.spend(20_000);
    await nextTask();
  }
  budget.spend(turn - 60_000);
  assert.is(budget.exhausted, true);
  await nextTask();
  assert.is(budget.exhausted, false);
});

test('runs deferred work in a later task, in order', async () => {
  const budget = new TurnBudget();
  const ran: string[] = [];
  budget.defer(() => ran.push('a'));
  budget.defer(() => ran.push('b'));
  assert.equal(ran, []);
  await nextTask();
  assert.equal(ran, ['a', 'b']);
});

test('runs as much deferred work in a turn as the budget allows', async () => {
  const budget = new TurnBudget();
  const ran: string[] = [];
  const work = (name: string, bytes: number) =>
    budget.defer(() => {
      ran.push(name);
      budget.spend(bytes);
    });
  work('a', turn / 2);
  work('b', turn / 2);
  work('c', turn);
  work('d', 0);
  const turns: string[] = [];
  for (let i = 0; i < 3; i++) {
    await nextTask();
    turns.push(ran.splice(0).join(''));
  }
  assert.equal(turns, ['ab', 'c', 'd']);
});

test('runs work deferred during a turn in the next one', async () => {
  const budget = new TurnBudget();
  const ran: string[] = [];
  const again = (name: string) => {
    ran.push(name);
    if (ran.length < 6) budget.defer(() => again(name));
  };
  budget.defer(() => again('a'));
  budget.defer(() => again('b'));
  const turns: string[] = [];
  for (let i = 0; i < 4; i++) {
    const before = ran.length;
    await nextTask();
    turns.push(ran.slice(before).join(''));
  }
  assert.equal(turns.slice(0, 3), ['ab', 'ab', 'ab']);
});

test('is shared by all sockets', () => {
  assert.instance(turnBudget, TurnBudget);
});

test.run();
