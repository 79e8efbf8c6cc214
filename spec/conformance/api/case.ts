// A case of the suite for the platform's interfaces: a sentence of a standard, and a program that observes it. The program
// runs on every host, so it uses nothing but its kit and what all hosts have.

import type { Kit } from './inside/kit.ts';

/** Whose interface a group of cases is about. */
export type Interface = 'WebSocket' | 'WebSocketStream';

export interface Case {
  readonly title: string;
  /** Throws, or rejects, if the host does something else. */
  run(kit: Kit): unknown;
}

/** The cases of one section. */
export interface Group {
  /** The number, which begins the numbers of its cases. */
  readonly number: number;
  readonly about: Interface;
  /** The section of the standard. */
  readonly title: string;
  readonly cases: readonly Case[];
}

/** What a case has shown: '' if the host does what the title says. */
export interface Result {
  readonly id: string;
  readonly fault: string;
}

/** Returns the number of a case, such as `3.2`. */
export function idOf(group: Group, index: number): string {
  return `${group.number}.${index + 1}`;
}

/** Returns a group of cases from their titles and programs. */
export function group(
  number: number,
  about: Interface,
  title: string,
  cases: Readonly<Record<string, Case['run']>>,
): Group {
  return { number, about, title, cases: Object.entries(cases).map(([title, run]) => ({ title, run })) };
}
