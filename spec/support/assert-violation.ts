// What it means that a stage refuses what a peer sent.

import * as assert from 'uvu/assert';
import { CloseCode } from '../../lib/base/close-code.ts';
import type { Stage } from '../../lib/base/stage.ts';
import { WebSocketError } from '../../lib/base/websocket-error.ts';
import { readAll, thrownBy } from './reading.ts';

/** A violation: the close code, the section, the reason for the peer, and the numbers for us. */
export type Violation = readonly [closeCode: number, section: string, reason: string, detail?: string];

/** That the error says which rule was violated, and that its reason may go into a Close frame. */
export function assertViolation(
  error: unknown,
  [closeCode, section, reason, detail]: Violation,
  input = '',
): void {
  assert.instance(error, WebSocketError, `${input}: ${String(error)}`);
  const said = error as WebSocketError;
  const told = detail === undefined ? `${section}: ${reason}` : `${section}: ${reason} (${detail})`;
  assert.is(said.message, told, input);
  assert.is(said.closeCode, closeCode, input);
  // Nothing goes to the peer.
  assert.is(said.reason, closeCode === CloseCode.AbnormalClosure ? '' : reason, input);
  assert.match(reason, /^[ -~]{1,123}$/);
}

/** That reading the stage throws so, and that it throws the same error ever after, whatever is called. */
export function assertRefuses<In>(
  stage: Stage<In, unknown>,
  chunk: In,
  violation: Violation,
  input = '',
): void {
  stage.write(chunk);
  const error = thrownBy(() => readAll(stage));
  assertViolation(error, violation, input);
  assertSpent(stage, chunk, error);
}

/** That the stage throws nothing but this error any more. */
export function assertSpent<In>(stage: Stage<In, unknown>, chunk: In, error: unknown): void {
  assert.is(
    thrownBy(() => stage.read()),
    error,
  );
  assert.is(
    thrownBy(() => stage.close()),
    error,
  );
  stage.write(chunk);
  assert.is(
    thrownBy(() => stage.read()),
    error,
  );
}
