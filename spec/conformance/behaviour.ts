// Describes the behaviour that a case requires of the endpoint.

import type { Case } from './case.ts';

/** Returns a phrase such as "fails with 1002", which follows the title of the case. */
export function behaviourOf({ role, expect: { events, end } }: Pick<Case, 'expect' | 'role'>): string {
  const replies = events.length === 0 ? '' : 'replies, and ';
  if (end.by === 'tester') return `${replies}closes cleanly`;
  if (end.by === 'endpoint') return `${replies}fails with ${end.codes.join(' or ')}`;
  if (end.by === 'eof') return `${replies}ends the connection`;
  if (role === 'client') return 'refuses the response';
  return `refuses with ${end.status.map(status => status || 'no response').join(' or ')}`;
}
