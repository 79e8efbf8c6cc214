import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { connectionOptions } from '../../lib/connection/connection-options.ts';

const test = suite('ConnectionOptions');

test('the limits have their defaults', () => {
  const { maxFrameBytes, pingIntervalMs, pingTimeoutMs, idleTimeoutMs, frameTimeoutMs, closeTimeoutMs } =
    connectionOptions.check({ role: 'client' });
  assert.equal(
    [maxFrameBytes, pingIntervalMs, pingTimeoutMs, idleTimeoutMs, frameTimeoutMs, closeTimeoutMs],
    [16_384, 20_000, 20_000, Infinity, 20_000, 10_000],
  );
});

test('needs a role', () => {
  assert.throws(() => connectionOptions.check({}), /^role must be/);
});

test.run();
