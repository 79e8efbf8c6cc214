import { strict as assert } from 'node:assert';
import * as fc from 'fast-check';
import {
  ConnectionRun,
  type ConnectionSetup,
  connectionActions,
  connectionSetup,
} from './checks/connection-run.ts';
import type { Action } from './shapes/action.ts';

export const description =
  'a connection keeps its invariants for any sequence of actions by peer, application, transport and clock';

interface Input {
  readonly setup: ConnectionSetup;
  readonly actions: readonly Action<ConnectionRun>[];
}

export const input: fc.Arbitrary<Input> = fc.record({
  setup: connectionSetup,
  actions: fc.array(connectionActions, { maxLength: 60, size: 'max' }),
});

export function check({ setup, actions }: Input): void {
  const run = new ConnectionRun(setup);
  for (const action of actions) run.perform(action.value);
  run.finish();
  assert.ok(run.settled, 'a ping without an outcome');
}
