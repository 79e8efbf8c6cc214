// Determines the verdict on a case: compares the recorded events, and then the end of the connection, with the expected ones.

import type { Case, End, Verdict } from './case.ts';
import type { Exchange, Opening } from './exchange.ts';
import type { Tester } from './tester.ts';

export interface Outcome {
  readonly verdict: Verdict;
  readonly note: string;
}

const ok: Outcome = { verdict: 'OK', note: '' };
const failed = (note: string): Outcome => ({ verdict: 'FAILED', note });

/** Returns the outcome of a case from its exchange. */
export function outcomeOf(test: Case, { tester, opening }: Exchange): Outcome {
  const outcome = strictOutcome(test, tester, opening);
  return test.informational ? { verdict: 'INFORMATIONAL', note: outcome.note } : outcome;
}

function strictOutcome(test: Case, tester: Tester, opening: Opening): Outcome {
  if (opening.state === 'unimplemented') return { verdict: 'UNIMPLEMENTED', note: opening.why };
  if (test.expect.end.by === 'refusal') return refusalOutcome(test, test.expect.end.status, tester, opening);
  if (opening.state === 'closed' && test.expect.end.by !== 'eof')
    return failed(`the connection did not open: ${opening.why}`);
  if (tester.fault !== undefined) return failed(`the endpoint sent: ${tester.fault}`);
  const events = eventsOutcome(test, tester.events);
  if (events.verdict === 'FAILED')
    return failed(`${events.note}${tester.received ? `, ${receivedClose(tester)}` : ''}`);
  const end = endOutcome(test.expect.end, tester);
  if (end.verdict === 'FAILED') return end;
  const fault = test.check?.(tester);
  if (fault !== undefined) return failed(fault);
  return events.verdict === 'OK' ? end : events;
}

function eventsOutcome(test: Case, events: readonly string[]): Outcome {
  const same = (list: readonly string[]) =>
    list.length === events.length && list.every((event, index) => event === events[index]);
  if (same(test.expect.events)) return ok;
  const seen = abridged(events);
  if (test.expect.nonStrict?.some(same)) return { verdict: 'NON-STRICT', note: seen };
  const first = events.findIndex((event, index) => event !== test.expect.events[index]);
  const difference = first < 4 ? '' : `, first difference at ${first}: ${events[first]}`;
  return failed(`${seen} instead of ${abridged(test.expect.events)}${difference}`);
}

function abridged(events: readonly string[]): string {
  const rest = events.length > 4 ? `, … (${events.length} events)` : '';
  return `[${events.slice(0, 4).join(', ')}${rest}]`;
}

function endOutcome(end: End, tester: Tester): Outcome {
  if (tester.ended === undefined) {
    return failed(
      tester.received
        ? `${receivedClose(tester)}, but the connection stayed open`
        : 'did not end the connection',
    );
  }
  if (end.by === 'tester') {
    if (tester.received === undefined) return failed('no reply to the Close');
    return end.codes.includes(tester.received.code) ? ok : failed(receivedClose(tester));
  }
  if (end.by === 'endpoint') {
    if (tester.received === undefined) {
      return end.drop === 'OK' ? ok : { verdict: end.drop, note: `${tester.ended} without a Close` };
    }
    return end.codes.includes(tester.received.code ?? 1005) ? ok : failed(receivedClose(tester));
  }
  return tester.insideFrame ? failed('ended inside a frame') : ok;
}

function receivedClose({ received }: Tester): string {
  return `Close ${received?.code ?? 'without a code'}${received?.reason ? ` "${received.reason}"` : ''}`;
}

function refusalOutcome(test: Case, statuses: readonly number[], tester: Tester, opening: Opening): Outcome {
  if (tester.events.length > 0) return failed(`opened: ${abridged(tester.events)}`);
  if (tester.received !== undefined) return failed(`opened: ${receivedClose(tester)}`);
  if (tester.fault !== undefined) return failed(`opened: ${tester.fault}`);
  if (tester.role === 'client') {
    if (opening.state !== 'closed') return failed('answered with 101');
    if (!statuses.includes(opening.status)) {
      const wrong: Verdict = opening.status >= 400 ? 'NON-STRICT' : 'FAILED';
      return { verdict: wrong, note: opening.why };
    }
  }
  if (tester.ended === undefined) {
    return {
      verdict: tester.role === 'client' ? 'NON-STRICT' : 'FAILED',
      note: 'did not end the connection',
    };
  }
  const fault = test.check?.(tester);
  return fault === undefined ? ok : failed(fault);
}
