import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { WebSocketError } from '../../lib/base/websocket-error.ts';
import { CloseState } from '../../lib/connection/close-state.ts';

const test = suite('CloseState');

const ours = { closeCode: 4001, reason: 'ours' };
const theirs = { closeCode: 4002, reason: 'theirs' };
const violation = WebSocketError.of('bad', { closeCode: 1002, reason: 'bad' });
const reset = new Error('reset');

type Step = (ending: CloseState) => void;
const begin: Step = ending => ending.begin(0);
const send: Step = ending => ending.progress(0, ours);
const leave: Step = ending => ending.progress(0, undefined);
const receive: Step = ending => ending.receive(theirs);
const fail: Step = ending => ending.fail(violation, 'local');
const lose: Step = ending => ending.fail(WebSocketError.of('', { closeCode: 1006 }), 'remote');
const breakOff: Step = ending => ending.cutOff('ERR_TRANSPORT', 'the transport broke', reset);
const expire: Step = ending => ending.cutOff('ERR_CLOSE_TIMEOUT', 'too long', undefined, 'local');

const expireNow: Step = ending => ending.expire();

function after(...steps: Step[]): CloseState {
  const ending = new CloseState({});
  for (const step of steps) step(ending);
  return ending;
}

const none = undefined;
const initiators: readonly (readonly [name: string, steps: Step[], initiator: unknown, clean: boolean])[] = [
  ['nothing yet', [], none, false],
  ['ours waits', [begin], none, false],
  ['ours left', [begin, send], 'local', false],
  ['ours, then theirs', [begin, send, receive], 'local', true],
  ['theirs came', [receive, begin], 'remote', false],
  ['theirs, then the reply', [receive, begin, send], 'remote', true],
  ['theirs overtook ours while data left', [begin, leave, receive, send], 'remote', true],
  ['theirs overtook ours', [begin, receive, send], 'remote', true],
  ['a violation, then our Close', [fail, begin, send], 'local', false],
  ['a violation after our Close', [begin, send, fail], 'local', false],
  ['no Close after ours', [begin, send, lose], 'local', false],
  ['no Close at all', [lose], 'remote', false],
  ['the transport broke', [breakOff], none, false],
  ['we gave up', [expire], 'local', false],
  ['we gave up after the peer began', [receive, begin, expire], 'remote', false],
  ['the transport broke after both', [begin, send, receive, breakOff], 'local', true],
  ['time ran out', [begin, send, expire], 'local', false],
  ['time ran out after both', [begin, send, receive, expire], 'local', true],
];

test('records the initiator and whether both Close frames passed, in every order (§7.1.4)', () => {
  for (const [name, steps, initiator, clean] of initiators) {
    const { record } = after(...steps);
    assert.is(record.initiator, initiator, name);
    assert.is(record.wasClean, clean, name);
    assert.is(record.sent, steps.includes(send) ? ours : undefined, name);
    assert.is(record.received, steps.includes(receive) ? theirs : undefined, name);
  }
});

test('is over when it is cut off', () => {
  assert.is(after(breakOff).over, true);
  assert.is(after(begin, send, receive, expire).over, true);
});

test('keeps the first failure, and records none after a clean closing', () => {
  assert.is(after(fail, breakOff).failure, violation);
  assert.is(after(fail, breakOff).record.cause, violation);
  assert.is(after(begin, send, receive, breakOff).failure, undefined);
  assert.is(after(begin, send, receive, breakOff).record.cause, undefined);
  const broken = after(breakOff, expire);
  assert.is(broken.failure?.message, 'the transport broke');
  assert.is(broken.failure?.cause, reset);
  assert.is(broken.record.cause, reset);
});

test('uses the error itself as the cause if the transport fails without one', () => {
  const { failure, record } = after(expire);
  assert.is(record.cause, failure);
  assert.not('cause' in failure!);
});

test('takes code and reason of an unclean end from the first Close received (§7.1.5, 7.1.6)', () => {
  const codeOf = (...steps: Step[]) => {
    const { closeCode, reason } = after(...steps).failure!;
    return [closeCode, reason];
  };
  assert.equal(codeOf(breakOff), [1006, '']);
  assert.equal(codeOf(begin, send, breakOff), [1006, '']);
  assert.equal(codeOf(receive, begin, breakOff), [4002, 'theirs']);
  assert.equal(
    codeOf(ending => ending.receive({ closeCode: undefined, reason: '' }), expire),
    [1005, ''],
  );
});

test('goes from open to closing to over, and never back', () => {
  const ending = new CloseState({});
  assert.equal([ending.open, ending.over], [true, false]);
  ending.begin(0);
  assert.equal([ending.open, ending.over], [false, false]);
  ending.finish();
  ending.begin(0);
  assert.equal([ending.open, ending.over], [false, true]);
});

test('measures closeTimeoutMs from the beginning, from the last bytes sent, or from our Close', () => {
  const ending = new CloseState({ closeTimeoutMs: 100 });
  assert.is(ending.deadline, Infinity);
  ending.progress(1, undefined);
  assert.is(ending.deadline, Infinity);
  ending.begin(5);
  ending.begin(6);
  assert.is(ending.deadline, 105);
  ending.progress(7, undefined);
  assert.is(ending.deadline, 107);
  ending.progress(9, ours);
  assert.is(ending.deadline, 109);
  ending.progress(11, ours);
  assert.is(ending.deadline, 109);
  ending.finish();
  assert.is(ending.deadline, Infinity);
});

test('postpones the deadline once by 100 ms if it is checked more than 100 ms late (B7)', () => {
  const ending = new CloseState({ closeTimeoutMs: 100 });
  ending.begin(0);
  assert.equal([ending.late(99), ending.late(100), ending.late(200)], [false, true, true]);
  assert.equal([ending.late(201), ending.deadline], [false, 301]);
  assert.equal([ending.late(300), ending.late(301), ending.late(1e6)], [false, true, true]);
});

test('is late at once if the peer is not waited for, also after our Close was sent (B6)', () => {
  const ending = after(fail, begin, expireNow, send);
  assert.equal([ending.open, ending.over, ending.deadline], [false, false, -Infinity]);
  assert.equal([ending.late(0), ending.late(1e6)], [true, true]);
  assert.equal(ending.record.sent, ours);
  assert.is(after(expireNow).open, true, 'nothing to wait for');
});

test('records whether we failed the connection (§7.1.7), and whether messages were lost', () => {
  const told = (...steps: Step[]) => {
    const { failed, lost } = after(...steps).record;
    return [failed, lost];
  };
  assert.equal(told(begin, send, receive), [false, false]);
  assert.equal(told(fail), [true, false]);
  assert.equal(told(expire), [true, false]);
  assert.equal(told(lose), [false, false]);
  assert.equal(told(breakOff), [false, false]);
  assert.equal(
    told(begin, ending => ending.loseMessages()),
    [false, true],
  );
});

test('has a default of 10 s, and rejects a timeout out of range', () => {
  assert.is(after(begin).deadline, 10_000);
  assert.throws(() => new CloseState({ closeTimeoutMs: 0 }), /closeTimeoutMs/);
});

test("ends a server's output first; a client waits for the end of its input (§7.1.1)", () => {
  const both = after(begin, send, receive);
  assert.equal([both.outputMayEnd('server'), both.outputMayEnd('client')], [true, false]);
  both.endInput();
  assert.equal([both.outputMayEnd('server'), both.outputMayEnd('client')], [true, true]);
});

test("keeps the output open until the peer's Close has come, and ends it at once after a failure", () => {
  const waiting = after(begin, send);
  waiting.endInput();
  assert.equal([waiting.outputMayEnd('server'), waiting.outputMayEnd('client')], [false, false]);
  const failed = after(fail, begin, send);
  assert.equal([failed.outputMayEnd('server'), failed.outputMayEnd('client')], [true, true]);
});

test.run();
