// Formats the results of all hosts.

import { type Group, type Interface, idOf } from './case.ts';
import { groups } from './cases/index.ts';
import { uncaughtId } from './inside/program.ts';

/** The results of a host. */
export interface Column {
  readonly name: string;
  readonly version: string;
  readonly interfaces: readonly Interface[];
  /** The fault of each case by id, empty if it passed; `undefined` if the host is not installed. */
  readonly faults: ReadonlyMap<string, string> | undefined;
}

const width = 9;

function mark({ faults }: Column, id: string): string {
  const fault = faults?.get(id);
  if (fault === undefined) return '-';
  return fault === '' ? 'ok' : 'FAIL';
}

/** Returns a row for each case that a host fails, or for every case with `all`. */
export function table(columns: readonly Column[], all: boolean): string {
  const lines = [`\n${''.padEnd(8)}${columns.map(({ name }) => name.padEnd(width)).join('')}`];
  for (const group of groups) {
    const rows = group.cases.map((item, index) => ({ id: idOf(group, index), title: item.title }));
    const shown = rows.filter(({ id }) => all || columns.some(column => mark(column, id) === 'FAIL'));
    lines.push(`\n${heading(group, rows, columns)}`);
    for (const { id, title } of shown) {
      lines.push(`${id.padEnd(8)}${columns.map(column => mark(column, id).padEnd(width)).join('')}${title}`);
    }
  }
  return lines.join('\n');
}

function heading(group: Group, rows: readonly { readonly id: string }[], columns: readonly Column[]): string {
  const passed = columns.map(column => rows.filter(({ id }) => mark(column, id) === 'ok').length);
  const ran = columns.map(column => rows.filter(({ id }) => mark(column, id) !== '-').length);
  const counts = passed.map((count, i) => (ran[i] === 0 ? '-' : `${count}/${ran[i]}`).padEnd(width)).join('');
  return `${`${group.number}`.padEnd(8)}${counts}${group.title}`;
}

/** Returns the fault and the reason of each failed case of a host, and the number of those without a reason. */
export function departures(
  column: Column,
  accepted: Readonly<Record<string, string>>,
  complete: boolean,
): { readonly lines: readonly string[]; readonly unexplained: number } {
  const lines: string[] = [];
  const unused = new Set(Object.keys(accepted));
  let unexplained = 0;
  for (const group of groups) {
    for (const [index, { title }] of group.cases.entries()) {
      const id = idOf(group, index);
      const fault = column.faults?.get(id);
      if (!fault) continue;
      unused.delete(title);
      if (accepted[title] === undefined) unexplained += 1;
      lines.push(
        `\n${column.name}, ${id}: ${title}\n  ${fault}\n  ${accepted[title] ?? 'NO REASON IN accepted.ts'}`,
      );
    }
  }
  const uncaught = column.faults?.get(uncaughtId);
  if (uncaught !== undefined) {
    lines.push(`\n${column.name}, uncaught errors: ${uncaught}`);
    unexplained += 1;
  }
  if (!complete) return { lines, unexplained };
  for (const title of unused) lines.push(`\naccepted.ts: no failed case has the title "${title}"`);
  return { lines, unexplained: unexplained + unused.size };
}

/** Returns a line with the fault of each failed case. */
export function reasons({ name, faults }: Column): string {
  const lines = [...(faults ?? [])].filter(([, fault]) => fault !== '');
  return lines.map(([id, fault]) => `${name}, ${id}: ${fault.replaceAll('\n', ' ')}`).join('\n');
}

export function totals({ name, version, faults, interfaces }: Column): string {
  const label = `${name} ${version}`.trim().padEnd(24);
  if (faults === undefined) return `${label} skipped`;
  const counts = interfaces.map(about => {
    const ids = groups
      .filter(group => group.about === about)
      .flatMap(group => group.cases.map((_, i) => idOf(group, i)));
    const ran = ids.filter(id => faults.has(id));
    return `${about}: ${ran.filter(id => faults.get(id) === '').length} of ${ran.length}`;
  });
  const uncaught = faults.has(uncaughtId) ? '   and uncaught errors' : '';
  return `${label} ${counts.join('   ')}${uncaught}`;
}
