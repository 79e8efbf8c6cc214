// The table of a benchmark: printed line by line as it is measured, each figure beside its bound, and written as JSON.

import { type FileOptions, writeFigures } from './figures-file.ts';

/** A figure and its bound. */
export interface Asked {
  /** The name of the figure, as in the heading of its column. */
  readonly name: string;
  readonly figure: number;
  /** Bounds, inclusive. */
  readonly least?: number;
  readonly most?: number;
  /** A better bound, for the JSON only. */
  readonly aim?: number;
}

export interface Line {
  /** The cells of the table: the name of the subject, then its figures. */
  readonly cells: readonly string[];
  readonly asked?: readonly Asked[];
  /** Further fields of the line in the JSON. */
  readonly data: object;
}

export interface Tally {
  readonly asked: number;
  readonly missed: number;
}

export function isReached({ figure, least = -Infinity, most = Infinity }: Asked): boolean {
  return figure >= least && figure <= most;
}

/** Returns the bound and whether the figure reaches it. */
export function verdict(asked: Asked): string {
  const bound = asked.least === undefined ? `≤ ${asked.most}` : `≥ ${asked.least}`;
  return `${bound} ${isReached(asked) ? 'reached' : 'NOT REACHED'}`;
}

const nameWidth = 24;
const cellWidth = 14;

/** Pads cells to columns: the first to the left, the others to the right. */
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

  /** @param about - the circumstances of the measurement, for the JSON */
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

  /** Prints a line; the verdicts follow its cells. */
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

  /** Writes the JSON; prints the figures that miss their bound, and the tally. */
  finish(options: FileOptions): Tally {
    writeFigures(this.#name, this.#about, this.#lines, options);
    const missed = this.#missed.length;
    if (missed > 0) console.log(`\nnot reached:\n${this.#missed.map(line => `  ${line}`).join('\n')}`);
    console.log(`\n${this.#name}: ${this.#asked - missed} of ${this.#asked} figures reach their bound`);
    return { asked: this.#asked, missed };
  }
}
