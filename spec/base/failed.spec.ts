import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type Failed, throwIfFailed } from '../../lib/base/failed.ts';

const test = suite('throwIfFailed');

type State = { readonly type: 'open'; readonly count: number } | Failed;

test('throws the error of a failed state, the same one each time', () => {
  const error = new Error('bad');
  const state: State = { type: 'failed', error };
  for (let times = 0; times < 2; times++) {
    assert.throws(
      () => throwIfFailed<State>(state),
      (thrown: unknown) => thrown === error,
    );
  }
});

test('does nothing in any other state, and narrows its type', () => {
  const state = { type: 'open', count: 2 } as State;
  throwIfFailed(state);
  assert.is(state.count, 2);
});

test.run();
