// The table of a benchmark: printed line by line as it is measured, each figure beside its reach, and written as JSON.

import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** What is asked of a figure. */
export interface Asked {
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
  readonly asked?: Asked | undefined;
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

/** The last cell of a line: what is asked, and whether it is reached. */
export function verdict(asked: Asked | undefined): string {
  if (asked === undefined) return '';
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

  add({ cells, asked, data }: Line): void {
    console.log(columns([...cells, verdict(asked)]));
    const subject = cells[0]!;
    this.#lines.push({
      row: this.#row,
      subject,
      ...data,
      ...(asked && { asked, reached: isReached(asked) }),
    });
    if (asked === undefined) return;
    this.#asked += 1;
    if (!isReached(asked)) this.#missed.push(`${this.#row}, ${subject}`);
  }

  /** Writes the JSON, and prints what was not reached and the tally. */
  finish(json: string): Tally {
    mkdirSync(dirname(json), { recursive: true });
    const { platform, arch } = process;
    const about = { name: this.#name, platform, arch, ...this.#about };
    writeFileSync(json, `${JSON.stringify({ ...about, lines: this.#lines }, undefined, 1)}\n`);
    const missed = this.#missed.length;
    if (missed > 0) console.log(`\nnot reached:\n${this.#missed.map(name => `  ${name}`).join('\n')}`);
    console.log(`\n${this.#name}: ${this.#asked - missed} of ${this.#asked} figures reach what is asked`);
    return { asked: this.#asked, missed };
  }
}
