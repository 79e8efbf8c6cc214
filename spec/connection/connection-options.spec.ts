import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { connectionOptions } from '../../lib/connection/connection-options.ts';

const test = suite('ConnectionOptions');

test('gives each limit its default', () => {
  const checked = connectionOptions.check({ role: 'client' });
  assert.equal(
    [checked.maxFrameBytes, checked.pingIntervalMs, checked.pingTimeoutMs, checked.idleTimeoutMs],
    [65_536, 20_000, 20_000, Infinity],
  );
  assert.equal(
    [checked.frameTimeoutMs, checked.minBytesPerSecond, checked.writeTimeoutMs, checked.closeTimeoutMs],
    [20_000, 10, 60_000, 10_000],
  );
  assert.is(checked.autoPong, true);
});

test('requires a role', () => {
  assert.throws(() => connectionOptions.check({}), /^role must be/);
});

test.run();
