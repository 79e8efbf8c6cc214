// Formats the results: a table of groups and endpoints, and then every case that is not OK.

import type { Result, Role, Verdict } from './case.ts';
import { groupOf, groupTitles } from './groups/index.ts';

/** The results of one endpoint in one role. */
export interface Column {
  readonly endpoint: string;
  readonly role: Role;
  readonly results: readonly Result[];
}

const verdicts: readonly Verdict[] = ['OK', 'NON-STRICT', 'FAILED', 'INFORMATIONAL', 'UNIMPLEMENTED'];
const labels: Readonly<Record<Verdict, string>> = {
  OK: 'ok',
  'NON-STRICT': 'non-strict',
  FAILED: 'failed',
  INFORMATIONAL: 'informational',
  UNIMPLEMENTED: 'unimplemented',
};

export function count(results: readonly Result[]): Record<Verdict, number> {
  const counts = Object.fromEntries(verdicts.map(verdict => [verdict, 0])) as Record<Verdict, number>;
  for (const { verdict } of results) counts[verdict] += 1;
  return counts;
}

export function table(columns: readonly Column[]): string {
  const groups = [...new Set(columns.flatMap(({ results }) => results.map(({ id }) => groupOf(id))))];
  groups.sort((a, b) => Number(a) - Number(b));
  const rows = [
    ['', ...columns.map(({ endpoint, role }) => `${endpoint} as ${role}`)],
    ...groups.map(group => [
      `${group.padStart(2)} ${groupTitles[group]}`,
      ...columns.map(({ results }) => summary(results.filter(({ id }) => groupOf(id) === group))),
    ]),
    ['all', ...columns.map(({ results }) => summary(results))],
  ];
  const widths = rows[0]!.map((_, index) => Math.max(...rows.map(row => row[index]!.length)));
  return rows
    .map(row =>
      row
        .map((cell, index) => cell.padEnd(widths[index]!))
        .join(' | ')
        .trimEnd(),
    )
    .join('\n');
}

function summary(results: readonly Result[]): string {
  const counts = count(results);
  const parts = verdicts
    .filter(verdict => counts[verdict] > 0)
    .map(verdict => `${counts[verdict]} ${labels[verdict]}`);
  return parts.join(', ') || '-';
}

export function exceptions({ endpoint, role, results }: Column): string {
  const lines = results
    .filter(({ verdict }) => verdict !== 'OK')
    .map(
      ({ id, title, behaviour, verdict, note }) =>
        `  ${id.padEnd(8)}${verdict.padEnd(15)}${title}: ${behaviour}${note && `; observed: ${note}`}`,
    );
  return lines.length === 0 ? '' : `\n${endpoint} as ${role}, cases that are not OK:\n${lines.join('\n')}`;
}
