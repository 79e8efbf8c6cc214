// Runs a decoder on chunks, and checks the rules of stages.

import { strict as assert } from 'node:assert';
import type { Stage } from '../../../lib/base/stage.ts';
import type { WebSocketError } from '../../../lib/base/websocket-error.ts';
import type { WebSocketEvent } from '../../../lib/events/event.ts';
import { hex } from '../../support/hex.ts';
import type { Transcript, TranscriptEvent } from '../../support/reference-decoder.ts';

/** A transcript, with the data of the incomplete message. */
export interface RunTranscript extends Transcript {
  readonly unfinished: string;
  readonly error: WebSocketError | undefined;
}

/** Runs a new decoder to its end. Throws if it violates a rule of stages. */
export function transcribe(
  decoder: Stage<Uint8Array, WebSocketEvent>,
  chunks: readonly Uint8Array[],
): RunTranscript {
  const received: WebSocketEvent[] = [];
  let failure: unknown;
  try {
    for (const chunk of chunks) {
      decoder.write(chunk);
      for (let event = decoder.read(); event !== undefined || decoder.busy; event = decoder.read()) {
        if (event !== undefined) received.push(event);
      }
    }
    decoder.close();
  } catch (error) {
    failure = error;
    checkFailed(decoder, error);
  }
  const { events, unfinished } = joinParts(received);
  const closed = received.findIndex(({ type }) => type === 'close');
  assert.ok(closed < 0 || closed === received.length - 1, 'an event after the Close');
  assert.ok(closed < 0 || failure === undefined, 'a failure after the Close');
  if (failure === undefined) return { events, unfinished, end: closed < 0 ? 1006 : 0, error: undefined };
  const error = failure as WebSocketError;
  return { events, unfinished, end: error.closeCode ?? 0, error };
}

/** Checks that a stage that has thrown throws the same error again. */
function checkFailed(decoder: Stage<Uint8Array, WebSocketEvent>, error: unknown): void {
  if ((error as Error).name !== 'WebSocketError') throw error;
  const { closeCode, reason } = error as WebSocketError;
  assert.ok([1002, 1006, 1007, 1008, 1009].includes(closeCode ?? 0), `failed with ${closeCode}`);
  assert.match(reason, closeCode === 1006 ? /^$/ : /^[ -~]{1,123}$/);
  assert.equal(
    thrownBy(() => decoder.close()),
    error,
    'close after a failure',
  );
  if (closeCode === 1006) return;
  assert.equal(
    thrownBy(() => decoder.read()),
    error,
    'read after a failure',
  );
  assert.equal(
    thrownBy(() => decoder.read()),
    error,
    'read after a failure',
  );
}

function thrownBy(step: () => unknown): unknown {
  try {
    return step() && undefined;
  } catch (error) {
    return error;
  }
}

/** Returns the events with the parts of messages joined. */
function joinParts(received: readonly WebSocketEvent[]): { events: TranscriptEvent[]; unfinished: string } {
  const events: TranscriptEvent[] = [];
  let unfinished = '';
  for (const event of received) {
    if (event.type === 'close') events.push(['close', event.closeCode, event.reason]);
    else if (event.type !== 'text' && event.type !== 'binary') events.push([event.type, hex(event.data)]);
    else {
      const { last } = event;
      unfinished += event.type === 'text' ? event.data : hex(event.data);
      if (!last) continue;
      events.push([event.type, unfinished]);
      unfinished = '';
    }
  }
  return { events, unfinished };
}
