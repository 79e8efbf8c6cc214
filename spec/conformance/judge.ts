// The verdict on a played case: compares the events with the lists of the case, then the end of the connection.

import type { Case, End, Verdict } from './case.ts';
import type { Opening, Played } from './play.ts';
import type { Tester } from './tester.ts';

export interface Judgement {
  readonly verdict: Verdict;
  readonly note: string;
}

const ok: Judgement = { verdict: 'OK', note: '' };
const failed = (note: string): Judgement => ({ verdict: 'FAILED', note });

export function judge(test: Case, { tester, opening }: Played): Judgement {
  const judgement = judgeStrictly(test, tester, opening);
  return test.informational ? { verdict: 'INFORMATIONAL', note: judgement.note } : judgement;
}

function judgeStrictly(test: Case, tester: Tester, opening: Opening): Judgement {
  if (opening.state === 'unimplemented') return { verdict: 'UNIMPLEMENTED', note: opening.why };
  if (test.expect.end.by === 'refusal') return judgeRefusal(test, test.expect.end.status, tester, opening);
  if (opening.state === 'closed' && test.expect.end.by !== 'eof') return failed(`not opened: ${opening.why}`);
  if (tester.fault !== undefined) return failed(`the endpoint sent: ${tester.fault}`);
  const events = judgeEvents(test, tester.events);
  if (events.verdict === 'FAILED')
    return failed(`${events.note}${tester.received ? `, ${how(tester)}` : ''}`);
  const end = judgeEnd(test.expect.end, tester);
  if (end.verdict === 'FAILED') return end;
  const fault = test.check?.(tester);
  if (fault !== undefined) return failed(fault);
  return events.verdict === 'OK' ? end : events;
}

function judgeEvents(test: Case, events: readonly string[]): Judgement {
  const same = (list: readonly string[]) =>
    list.length === events.length && list.every((event, index) => event === events[index]);
  if (same(test.expect.events)) return ok;
  const seen = abridged(events);
  if (test.expect.nonStrict?.some(same)) return { verdict: 'NON-STRICT', note: seen };
  const first = events.findIndex((event, index) => event !== test.expect.events[index]);
  const where = first < 4 ? '' : `, the first other one is ${first}: ${events[first]}`;
  return failed(`${seen} instead of ${abridged(test.expect.events)}${where}`);
}

function abridged(events: readonly string[]): string {
  const rest = events.length > 4 ? `, … ${events.length} in all` : '';
  return `[${events.slice(0, 4).join(', ')}${rest}]`;
}

function judgeEnd(end: End, tester: Tester): Judgement {
  if (tester.ended === undefined) {
    return failed(
      tester.received ? `${how(tester)}, but left the connection open` : 'did not end the connection',
    );
  }
  if (end.by === 'tester') {
    if (tester.received === undefined) return failed('no reply to the Close');
    return end.codes.includes(tester.received.code) ? ok : failed(how(tester));
  }
  if (end.by === 'endpoint') {
    if (tester.received === undefined) {
      return end.drop === 'OK' ? ok : { verdict: end.drop, note: `${tester.ended} without a Close` };
    }
    return end.codes.includes(tester.received.code ?? 1005) ? ok : failed(how(tester));
  }
  return tester.insideFrame ? failed('ended inside a frame') : ok;
}

function how({ received }: Tester): string {
  return `Close ${received?.code ?? 'without a code'}${received?.reason ? ` "${received.reason}"` : ''}`;
}

function judgeRefusal(test: Case, statuses: readonly number[], tester: Tester, opening: Opening): Judgement {
  if (tester.events.length > 0) return failed(`opened: ${abridged(tester.events)}`);
  if (tester.received !== undefined) return failed(`opened: ${how(tester)}`);
  if (tester.fault !== undefined) return failed(`opened: ${tester.fault}`);
  if (tester.role === 'client') {
    if (opening.state !== 'closed') return failed('answered by 101');
    if (!statuses.includes(opening.status)) {
      const wrong: Verdict = opening.status >= 400 ? 'NON-STRICT' : 'FAILED';
      return { verdict: wrong, note: opening.why };
    }
  }
  if (tester.ended === undefined) {
    return { verdict: tester.role === 'client' ? 'NON-STRICT' : 'FAILED', note: 'left the connection open' };
  }
  const fault = test.check?.(tester);
  return fault === undefined ? ok : failed(fault);
}
