import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { checkedChoice, checkedRole, type Role } from '../../lib/base/choice.ts';

const test = suite('checkedChoice');

const refusal = (message: string) => (error: unknown) =>
  error instanceof TypeError && error.message === message;

test('gives the value when it is one of the choices', () => {
  assert.is(checkedChoice('deliver', 'parts', ['messages', 'parts']), 'parts');
});

test('refuses everything else by name, without coercion', () => {
  for (const value of ['part', '', 'Parts', undefined, null, 0, true, ['parts']]) {
    assert.throws(
      () => checkedChoice('deliver', value as string, ['messages', 'parts']),
      refusal(`deliver must be 'messages' or 'parts', not ${String(value)}`),
    );
  }
  assert.throws(
    () => checkedChoice('x', Symbol('y') as unknown as string, ['a']),
    refusal("x must be 'a', not Symbol(y)"),
  );
});

test('knows the two roles', () => {
  assert.is(checkedRole('client'), 'client');
  assert.is(checkedRole('server'), 'server');
  assert.throws(() => checkedRole('peer' as Role), refusal("role must be 'client' or 'server', not peer"));
});

test.run();
