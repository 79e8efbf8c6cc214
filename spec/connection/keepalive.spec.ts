import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Keepalive } from '../../lib/connection/keepalive.ts';

const test = suite('Keepalive');

test('pings after 20 s of silence, and waits 20 s for a sign of life, both at the millisecond', () => {
  const keepalive = new Keepalive({}, 5);
  assert.is(keepalive.deadline, 20_005);
  assert.is(keepalive.tick(20_004), undefined);
  assert.is(keepalive.tick(20_005), 'ping');
  keepalive.pingLeft(20_007);
  assert.equal([keepalive.deadline, keepalive.failureAt], [Infinity, 40_007]);
  assert.is(keepalive.tick(40_007), undefined);
});

test('takes any sign of life as an answer', () => {
  const keepalive = new Keepalive({ pingIntervalMs: 10, pingTimeoutMs: 3 }, 0);
  keepalive.alive(4);
  assert.is(keepalive.tick(10), undefined);
  assert.is(keepalive.tick(15), 'ping');
  keepalive.pingLeft(15);
  keepalive.alive(17);
  assert.is(keepalive.tick(18), undefined);
  assert.is(keepalive.deadline, 27);
});

test('measures the timeout from when the ping was sent, however late that is (B1)', () => {
  const keepalive = new Keepalive({ pingIntervalMs: 10, pingTimeoutMs: 3 }, 0);
  assert.is(keepalive.failureAt, Infinity);
  assert.is(keepalive.tick(100), 'ping');
  assert.equal(
    [keepalive.failureAt, keepalive.deadline, keepalive.tick(1e6)],
    [Infinity, Infinity, undefined],
  );
  keepalive.pingLeft(1e6);
  assert.is(keepalive.failureAt, 1e6 + 3);
  keepalive.pingLeft(1e6 + 2);
  assert.is(keepalive.failureAt, 1e6 + 3, 'it leaves once');
});

test('does not wait for an answer to a ping that was sent after a sign of life', () => {
  const keepalive = new Keepalive({ pingIntervalMs: 10, pingTimeoutMs: 3 }, 0);
  assert.is(keepalive.tick(10), 'ping');
  keepalive.alive(11);
  keepalive.pingLeft(12);
  assert.equal([keepalive.failureAt, keepalive.deadline], [Infinity, 21]);
});

test('sends pongs and gives no peer up while we do not read', () => {
  const keepalive = new Keepalive({}, 0);
  keepalive.tick(20_000);
  keepalive.suspend(30_000);
  assert.is(keepalive.tick(49_999), undefined);
  assert.is(keepalive.tick(50_001), 'pong');
  assert.is(keepalive.deadline, 70_001);
  assert.is(keepalive.tick(1e9), 'pong');
  keepalive.alive(1e9 + 1);
  assert.is(keepalive.deadline, 1e9 + 20_001);
});

test('is switched off by Infinity', () => {
  const silent = new Keepalive({ pingIntervalMs: Infinity }, 0);
  assert.is(silent.deadline, Infinity);
  silent.suspend(0);
  assert.is(silent.deadline, Infinity);
  const patient = new Keepalive({ pingTimeoutMs: Infinity }, 0);
  assert.is(patient.tick(20_000), 'ping');
  patient.pingLeft(20_000);
  assert.equal([patient.deadline, patient.failureAt], [Infinity, Infinity]);
});

test('reports the shorter of its times', () => {
  assert.is(new Keepalive({}, 0).shortestMs, 20_000);
  assert.is(new Keepalive({ pingIntervalMs: 7, pingTimeoutMs: 8 }, 0).shortestMs, 7);
  assert.is(new Keepalive({ pingIntervalMs: 7, pingTimeoutMs: 6 }, 0).shortestMs, 6);
});

test('rejects options out of range by name', () => {
  assert.throws(() => new Keepalive({ pingIntervalMs: 0 }, 0), /pingIntervalMs/);
  assert.throws(() => new Keepalive({ pingTimeoutMs: -1 }, 0), /pingTimeoutMs/);
});

test.run();
