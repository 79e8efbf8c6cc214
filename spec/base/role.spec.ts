import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { checkedRole, type Role, roleRule } from '../../lib/base/role.ts';

const test = suite('roleRule');

test('accepts the two roles and rejects anything else', () => {
  assert.is(checkedRole('client'), 'client');
  assert.is(checkedRole('server'), 'server');
  assert.throws(
    () => checkedRole('peer' as Role),
    (error: unknown) =>
      error instanceof TypeError && error.message === `role must be 'client' or 'server' (got "peer")`,
  );
});

test('rejects a missing role', () => {
  assert.ok(roleRule.required);
  assert.throws(() => roleRule.check(undefined, 'role', {}), /got undefined/);
});

test.run();
