import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { socketConnection } from '../../lib/sockets/socket-options.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { hex, unhex } from '../support/hex.ts';

const test = suite('SocketOptions');

test('a connection of its own role, whatever the options smuggle in, that delivers as they say', () => {
  const smuggled = { role: 'client' } as object;
  const whole = socketConnection('server', smuggled);
  whole.write(unhex('018100000000' + '61'));
  assert.is(whole.read(), undefined);
  whole.write(unhex('808100000000' + '62'));
  assert.equal(whole.read(), { type: 'text', data: 'ab', last: true });
  const inParts = socketConnection('server', { ...smuggled, deliver: 'parts' });
  inParts.write(unhex('018100000000' + '61'));
  assert.equal(inParts.read(), { type: 'text', data: 'a', last: false });
});

test('masks as a client, with strong keys or with those it is given (§5.3)', () => {
  const chosen = socketConnection('client', { randomBytes: () => unhex('01010101') });
  chosen.send({ type: 'text', data: 'a' });
  assert.is(hex(chosen.transmit()!.bytes), '81810101010160');
  const strong = socketConnection('client', {});
  strong.send({ type: 'text', data: 'a' });
  strong.send({ type: 'text', data: 'a' });
  const { bytes } = strong.transmit()!;
  assert.equal([bytes.length, bytes[0], bytes[1]], [14, 0x81, 0x81]);
  assert.not.equal(bytes.slice(2, 6), bytes.slice(9, 13));
});

test('begins at the time of the clock', () => {
  const clock = new FakeClock();
  clock.moveTo(500);
  assert.is(socketConnection('server', { clock }).nextDeadline(), 20_500);
  const now = performance.now();
  assert.ok(socketConnection('server', {}).nextDeadline() >= now + 20_000);
});

test.run();
