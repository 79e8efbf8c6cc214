// Tests that the soak test finds each kind of injected fault.

import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type ConnectionRecords, checkConnection } from './soak/check-connection.ts';
import type { Fault } from './soak/fault.ts';
import { isIntact, messageOf, numberOf } from './soak/message.ts';
import { endings, type Plan, planOf } from './soak/plan.ts';
import { refusedRecord, type SideRecord } from './soak/records.ts';
import { Sequence } from './soak/sequence.ts';
import { injectableFaults, readSettings } from './soak/settings.ts';

const test = suite('the soak test');
const command = fileURLToPath(new URL('./soak/run.js', import.meta.url));

/** A seed whose first connections end within a second and in different ways; the proxy breaks some of them. */
const seed = 8436;

interface Outcome {
  readonly exitCode: number;
  readonly output: string;
}

function soak(...args: readonly string[]): Promise<Outcome> {
  const all = [command, '--clients', '4', '--connections', '1', '--seed', `${seed}`, ...args];
  return new Promise(resolve => {
    execFile(process.execPath, all, (error, output) => {
      resolve({ exitCode: error === null ? 0 : Number(error.code), output });
    });
  });
}

/** Returns the number of faults of a kind in the final table. */
function countOf({ output }: Outcome, kind: Fault['kind']): number {
  return Number(new RegExp(`fault: ${kind} *│ (\\d+)`).exec(output)?.[1]);
}

test('passes without a fault, and fails for every injected fault', async () => {
  const damage = ['lose', 'duplicate', 'reorder', 'corrupt', 'reject'];
  const leaks = ['heap', 'socket', 'descriptor', 'timer', 'listener'];
  assert.equal([...damage, 'hang', ...leaks], injectableFaults);
  const [clean, damaged, leaked] = (await Promise.all([
    soak(),
    soak('--inject', damage.join()),
    soak('--inject', ['hang', ...leaks].join(), '--timeout', '2', '--connections', '2'),
  ])) as [Outcome, Outcome, Outcome];

  assert.is(clean.exitCode, 0, clean.output);
  assert.match(clean.output, /connections +│ 8 /);
  assert.match(clean.output, /no faults in .* --seed 8436/);

  assert.is(damaged.exitCode, 1);
  for (const kind of ['lost', 'duplicated', 'reordered', 'corrupt', 'unhandled'] as const) {
    assert.ok(countOf(damaged, kind) > 0, `${kind}\n${damaged.output}`);
  }

  assert.is(leaked.exitCode, 1);
  assert.ok(countOf(leaked, 'hang') > 0, leaked.output);
  for (const what of ['heapBytes', 'sockets', 'descriptors', 'listeners', 'timers']) {
    if (process.platform === 'win32' && what === 'descriptors') continue;
    assert.match(leaked.output, new RegExp(`leak: server: ${what} grew`));
  }
});

test('rejects unknown options with exit code 2', async () => {
  assert.is((await soak('--inject', 'rot')).exitCode, 2);
  assert.throws(
    () => readSettings(['--seconds', 'ten']),
    /--seconds must be 0 or a positive number \(got "ten"\)/,
  );
  assert.throws(() => readSettings(['--inject', 'rot']), /--inject must be one of lose, .* \(got "rot"\)/);
  assert.throws(() => readSettings(['--sed', '7']), /--sed/);
  assert.is(readSettings([]).clients, 2000);
  assert.is(readSettings(['--only', '12']).clients, 1);
});

/** Returns the faults of a sequence with these numbers. */
function faultsFor(...numbers: readonly (number | undefined)[]): string[] {
  const sequence = new Sequence('server');
  for (const number of numbers) sequence.add(number);
  sequence.finish();
  return sequence.faults.map(({ kind, text }) => `${kind}: ${text}`);
}

test('tells lost, late, duplicated and corrupt messages apart', () => {
  assert.equal(faultsFor(0, 1, 2), []);
  assert.equal(faultsFor(0, 2), ['lost: server: message 1 did not arrive']);
  assert.equal(faultsFor(0, 2, 1), ['reordered: server: message 1 arrived late']);
  assert.equal(faultsFor(0, 1, 1), ['duplicated: server: message 1 arrived again']);
  assert.equal(faultsFor(0, undefined), ['corrupt: server: arrival 2 has no number of this connection']);
});

test('makes the same plans for the same seed, with every ending and break', () => {
  assert.equal(planOf(7, 3), planOf(7, 3));
  assert.not.equal(planOf(7, 3), planOf(8, 3));
  const plans = Array.from({ length: 500 }, (_, id) => planOf(7, id));
  assert.equal(new Set(plans.map(({ ending }) => ending)).size, endings.length);
  assert.equal(new Set(plans.map(plan => plan.break?.type)), new Set([undefined, 'fin', 'reset', 'silence']));
  const deflated = plans.filter(({ deflate }) => deflate).length;
  assert.ok(deflated > 200 && deflated < 300);
});

test('reads the number of a message, and compares every byte with the message of that number', () => {
  const plan = planOf(7, 3);
  for (let number = 0; number < 50; number++) {
    const { data } = messageOf(plan, 'client', number);
    assert.is(numberOf(data, plan), number);
    assert.ok(isIntact(data, plan, 'client', number));
    assert.not.ok(isIntact(data, plan, 'client', number + 1));
    assert.is(numberOf(data, planOf(7, 4)), undefined);
  }
  assert.is(numberOf(new Uint8Array(3), plan), undefined);
});

/** A connection that ended as planned; the client closed. */
const plan: Plan = {
  ...planOf(1, 1),
  ending: 'early',
  closer: 'client',
  closeCode: 1000,
  reason: '',
  break: undefined,
};
const close = { closeCode: 1000, reason: '' };
const client: SideRecord = {
  ...refusedRecord(1, 'client', new Error()),
  outcome: 'clean',
  error: '',
  written: 3,
  settled: 3,
  sent: 3,
  received: 2,
  readToEnd: true,
  initiator: 'local',
  closeSent: close,
  closeReceived: close,
};
const server: SideRecord = {
  ...client,
  from: 'server',
  written: 5,
  settled: 2,
  sent: 2,
  received: 3,
  initiator: 'remote',
};
const proxy = { id: 1, from: 'proxy', broke: undefined } as const;

function faultsWith(change: Partial<ConnectionRecords>, changed: Partial<Plan> = {}): string[] {
  return checkConnection({ ...plan, ...changed }, { client, server, proxy, ...change }).map(
    ({ kind, text }) => `${kind}: ${text}`,
  );
}

test('checks that the messages sent before a Close arrived before it', () => {
  assert.equal(faultsWith({}), []);
  assert.equal(faultsWith({ client: { ...client, received: 1, initiator: 'remote' } }), [
    'lost: client: received 1 of 2 sent messages',
    'lost: client: received 1 of 2 messages whose writes had settled',
  ]);
  assert.equal(
    faultsWith({ client: { ...client, received: 1, initiator: 'local' } }, { ending: 'abort' }),
    [],
  );
  assert.equal(faultsWith({ client: { ...client, received: 3 } }), [
    'duplicated: client: received 3 messages, but only 2 were sent',
  ]);
  assert.equal(faultsWith({ client: { ...client, received: 1, readToEnd: false } }), []);
  assert.equal(faultsWith({ client: { ...client, written: 4 } }), [
    'lost: server: received 3 of 4 messages written before close()',
  ]);
  assert.equal(faultsWith({ client: { ...client, written: 4 } }, { ending: 'abort' }), []);
  assert.equal(faultsWith({ client: { ...client, closeReceived: { reason: '' } } }), [
    'corrupt: client: received the Close {"reason":""}, but {"closeCode":1000,"reason":""} was sent',
  ]);
  assert.equal(faultsWith({}, { closeCode: 1001 }), [
    'unexpected end: client sent an unplanned Close: {"closeCode":1000,"reason":""}',
  ]);
});

test('requires every planned message if the ending is orderly', () => {
  const messages = { client: { ...plan.client, messages: 3 }, server: { ...plan.server, messages: 9 } };
  assert.equal(faultsWith({}, { ...messages, ending: 'orderly' }), [
    'lost: client: received 2 of 9 planned messages',
  ]);
});

test('accepts a failed connection only after a break, and a violation never', () => {
  const failed = { outcome: 'failed', error: 'gone', failureCode: 1006, closeReceived: undefined } as const;
  const broken = { client: { ...client, ...failed }, server: { ...server, ...failed } };
  assert.equal(faultsWith(broken), [
    'unexpected end: client failed: gone',
    'unexpected end: server failed: gone',
  ]);
  assert.equal(faultsWith({ ...broken, proxy: { ...proxy, broke: 'reset' } }), []);
  assert.equal(faultsWith({ ...broken, server: { ...broken.server, terminated: true } }), []);
  const violated = { ...broken, client: { ...broken.client, failureCode: 1002 } };
  assert.equal(faultsWith({ ...violated, proxy: { ...proxy, broke: 'fin' } }), [
    'unexpected end: client failed: gone',
  ]);
  const refused = { client: refusedRecord(1, 'client', new Error('late')), server: undefined };
  assert.equal(faultsWith(refused), [
    'unexpected end: client refused: late (undefined)',
    'unexpected end: the request did not reach the server',
  ]);
  assert.equal(faultsWith({ ...refused, proxy: { ...proxy, broke: 'silence' } }), []);
});

test.run();
