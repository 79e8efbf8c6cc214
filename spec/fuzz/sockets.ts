import { strict as assert } from 'node:assert';
import * as fc from 'fast-check';
import { nextTask } from '../../lib/streams/next-task.ts';
import { SocketRun, type SocketSetup, socketActions, socketSetup } from './checks/socket-run.ts';
import { unhandledDuring } from './checks/unhandled.ts';
import type { Action } from './shapes/action.ts';

export const description =
  'a socket settles every promise for any sequence of actions by peer, application and clock';

interface Input {
  readonly setup: SocketSetup;
  /** The actions, each with the number of tasks until the next one. */
  readonly actions: readonly (readonly [action: Action<SocketRun>, tasks: number])[];
  /** Whether the peer reads to the end, or stalls. */
  readonly peerReads: boolean;
}

export const input: fc.Arbitrary<Input> = fc.record({
  setup: socketSetup,
  actions: fc.array(fc.tuple(socketActions, fc.nat(3)), { maxLength: 40, size: 'max' }),
  peerReads: fc.boolean(),
});

export async function check({ setup, actions, peerReads }: Input): Promise<void> {
  const unhandled = await unhandledDuring(async () => {
    const run = new SocketRun(setup);
    for (const [action, tasks] of actions) {
      action.value(run);
      for (let left = tasks; left > 0; left--) await nextTask();
    }
    await run.finish(peerReads);
  });
  assert.deepEqual(unhandled, [], 'an unhandled rejection');
}
