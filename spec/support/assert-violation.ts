// Assertions on the violations that a stage reports.

import * as assert from 'uvu/assert';
import { CloseCode } from '../../lib/base/close-code.ts';
import type { Stage } from '../../lib/base/stage.ts';
import { WebSocketError } from '../../lib/base/websocket-error.ts';
import { readAll, thrownBy } from './reading.ts';

/** A violation: the close code, the section, the reason for the peer, and the details for our side. */
export type Violation = readonly [closeCode: number, section: string, reason: string, detail?: string];

/** Asserts that the error names the violated rule, and that its reason fits a Close frame. */
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
  // Nothing is sent to the peer.
  assert.is(said.reason, closeCode === CloseCode.AbnormalClosure ? '' : reason, input);
  assert.match(reason, /^[ -~]{1,123}$/);
}

/** Asserts that reading the stage throws this violation, and every later call the same error. */
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

/** Asserts that every call of the stage throws this error. */
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
