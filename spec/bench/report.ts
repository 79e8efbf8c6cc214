// Prints the table of a benchmark while it is measured, with a verdict for each figure that has a bound. Writes the JSON.

import { type FileOptions, writeFigures } from './figures-file.ts';

/** A figure and its bounds. */
export interface BoundedFigure {
  /** The name of the figure, as in the heading of its column. */
  readonly name: string;
  readonly figure: number;
  /** The inclusive bounds. */
  readonly min?: number;
  readonly max?: number;
  /** A better value to work towards, for the JSON only. */
  readonly goal?: number;
}

export interface Line {
  /** The cells of the table: the name of the subject, then its figures. */
  readonly cells: readonly string[];
  readonly bounds?: readonly BoundedFigure[];
  /** Further fields of the line in the JSON. */
  readonly data: object;
}

/** The number of bounds, and how many of them are missed. */
export interface BoundCounts {
  readonly total: number;
  readonly missed: number;
}

export function isMet({ figure, min = -Infinity, max = Infinity }: BoundedFigure): boolean {
  return figure >= min && figure <= max;
}

/** Returns the bound, and whether the figure meets it. */
export function verdict(figure: BoundedFigure): string {
  const bound = figure.min === undefined ? `≤ ${figure.max}` : `≥ ${figure.min}`;
  return `${bound} ${isMet(figure) ? 'met' : 'MISSED'}`;
}

const nameWidth = 24;
const cellWidth = 14;

/** Pads cells to columns. The first is aligned left, the others right. */
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
  #total = 0;
  #row = '';

  /** @param about - the circumstances of the measurement, for the JSON */
  constructor(name: string, title: string, about: object) {
    this.#name = name;
    this.#about = about;
    console.log(`\n${name}: ${title}`);
  }

  /** Starts a row, whose lines follow. */
  row(name: string, headings: readonly string[] = []): void {
    this.#row = name;
    console.log(`\n${name}`);
    if (headings.length > 0) console.log(columns(['', ...headings]));
  }

  /** Prints a line: its cells, and then the verdicts. */
  add({ cells, bounds = [], data }: Line): void {
    console.log(columns([...cells, ...bounds.map(verdict)]));
    const subject = cells[0]!;
    const verdicts = bounds.map(figure => ({ ...figure, met: isMet(figure) }));
    this.#lines.push({ row: this.#row, subject, ...data, bounds: verdicts });
    this.#total += bounds.length;
    for (const figure of bounds) {
      if (!isMet(figure)) this.#missed.push(`${this.#row}, ${subject}: ${figure.name} ${verdict(figure)}`);
    }
  }

  /** Writes the JSON. Prints the figures that miss their bounds, and the counts. */
  finish(options: FileOptions): BoundCounts {
    writeFigures(this.#name, this.#about, this.#lines, options);
    const missed = this.#missed.length;
    if (missed > 0) console.log(`\nmissed bounds:\n${this.#missed.map(line => `  ${line}`).join('\n')}`);
    console.log(`\n${this.#name}: ${this.#total - missed} of ${this.#total} bounds met`);
    return { total: this.#total, missed };
  }
}
