// A case about the platform's interfaces: a requirement of a standard, and a function that tests it. The function runs on
// every host, so it uses only its kit and what all hosts have.

import type { Kit } from './inside/kit.ts';

/** The interface that a group of cases tests. */
export type Interface = 'WebSocket' | 'WebSocketStream';

export interface Case {
  readonly title: string;
  /** Tests the host. Throws or rejects if it behaves differently. */
  run(kit: Kit): unknown;
}

/** The cases of one section. */
export interface Group {
  /** The number, with which the ids of the cases begin. */
  readonly number: number;
  readonly about: Interface;
  /** The section of the standard. */
  readonly title: string;
  readonly cases: readonly Case[];
}

/** The result of a case. */
export interface Result {
  readonly id: string;
  /** Empty if the host passed. */
  readonly fault: string;
}

/** Returns the id of a case, such as `3.2`. */
export function idOf(group: Group, index: number): string {
  return `${group.number}.${index + 1}`;
}

/** Returns a group of cases from their titles and functions. */
export function group(
  number: number,
  about: Interface,
  title: string,
  cases: Readonly<Record<string, Case['run']>>,
): Group {
  return { number, about, title, cases: Object.entries(cases).map(([title, run]) => ({ title, run })) };
}
