import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { refuseWhileBusy } from '../../lib/base/refuse-while-busy.ts';

const test = suite('refuseWhileBusy');

test('throws while the stage is busy, and names the call', () => {
  refuseWhileBusy(false, 'write()');
  for (const call of ['write()', 'close()'] as const) {
    assert.throws(
      () => refuseWhileBusy(true, call),
      (error: Error) =>
        error.message === `${call} was called while the stage is busy: call read() again first`,
    );
  }
});

test.run();
