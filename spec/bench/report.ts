// The table of a benchmark: printed line by line as it is measured, each figure beside its reach, and written as JSON.

import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** What is asked of a figure. */
export interface Asked {
  /** What the figure is, as in the heading of its column. */
  readonly name: string;
  readonly figure: number;
  /** Bounds, inclusive. */
  readonly least?: number;
  readonly most?: number;
  /** A bound that would be better still. */
  readonly aim?: number;
}

export interface Line {
  /** What the table shows: first the name of what was measured, then its figures. */
  readonly cells: readonly string[];
  readonly asked?: readonly Asked[];
  /** What the JSON holds besides the row and the verdict. */
  readonly data: object;
}

export interface Tally {
  readonly asked: number;
  readonly missed: number;
}

export function isReached({ figure, least = -Infinity, most = Infinity }: Asked): boolean {
  return figure >= least && figure <= most;
}

/** What is asked, and whether it is reached. */
export function verdict(asked: Asked): string {
  const bound = asked.least === undefined ? `≤ ${asked.most}` : `≥ ${asked.least}`;
  return `${bound} ${isReached(asked) ? 'reached' : 'NOT REACHED'}`;
}

const nameWidth = 24;
const cellWidth = 14;

/** Cells in columns: the first to the left, the others to the right. */
export function columns(cells: readonly string[]): string {
  const padded = cells.map((cell, i) =>
    i === 0 ? `  ${cell}`.padEnd(nameWidth) : cell.padStart(Math.max(cellWidth, cell.length + 2)),
  );
  return padded.join('').trimEnd();
}

export class Report {
  readonly #name: string;
  readonly #about: object;
  readonly #lines: object[] = [];
  readonly #missed: string[] = [];
  #asked = 0;
  #row = '';

  /** @param about - where and how it was measured: for the JSON */
  constructor(name: string, title: string, about: object) {
    this.#name = name;
    this.#about = about;
    console.log(`\n${name}: ${title}`);
  }

  /** Begins the lines of a row. */
  row(name: string, headings: readonly string[] = []): void {
    this.#row = name;
    console.log(`\n${name}`);
    if (headings.length > 0) console.log(columns(['', ...headings]));
  }

  /** The cells of what is asked follow those of the line. */
  add({ cells, asked = [], data }: Line): void {
    console.log(columns([...cells, ...asked.map(verdict)]));
    const subject = cells[0]!;
    const verdicts = asked.map(one => ({ ...one, reached: isReached(one) }));
    this.#lines.push({ row: this.#row, subject, ...data, asked: verdicts });
    this.#asked += asked.length;
    for (const one of asked) {
      if (!isReached(one)) this.#missed.push(`${this.#row}, ${subject}: ${one.name} ${verdict(one)}`);
    }
  }

  /** Writes the JSON, and prints what was not reached and the tally. */
  finish(json: string): Tally {
    mkdirSync(dirname(json), { recursive: true });
    const { platform, arch } = process;
    const about = { name: this.#name, platform, arch, ...this.#about };
    writeFileSync(json, `${JSON.stringify({ ...about, lines: this.#lines }, undefined, 1)}\n`);
    const missed = this.#missed.length;
    if (missed > 0) console.log(`\nnot reached:\n${this.#missed.map(line => `  ${line}`).join('\n')}`);
    console.log(`\n${this.#name}: ${this.#asked - missed} of ${this.#asked} figures reach what is asked`);
    return { asked: this.#asked, missed };
  }
}
