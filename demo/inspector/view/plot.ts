// A small line chart of the last 30 seconds, drawn as SVG, with one unit and at most two lines.

import { element } from './element.ts';

const samples = 120;
const width = 240;
const height = 48;

export interface PlotOptions {
  readonly title: string;
  readonly lines: readonly string[];
  /** Formats a value, such as `1.5 MiB/s`. */
  readonly format: (value: number) => string;
}

export class Plot {
  readonly root: HTMLElement;
  readonly #options: PlotOptions;
  readonly #values: number[][];
  readonly #paths: SVGPathElement[] = [];
  readonly #shown: HTMLElement[] = [];
  readonly #peak = element('span.peak');
  #drawn = true;

  constructor(options: PlotOptions) {
    this.#options = options;
    this.#values = options.lines.map(() => []);
    const svg = svgElement('svg', {
      viewBox: `0 0 ${width} ${height}`,
      preserveAspectRatio: 'none',
      role: 'img',
    });
    svg.setAttribute('aria-label', `${options.title}, the last 30 seconds`);
    const legend = element(options.lines.length > 1 ? 'div.legend' : 'span.legend');
    options.lines.forEach((name, index) => {
      const path = svgElement('path', { class: `line line-${index}` });
      this.#paths.push(path as SVGPathElement);
      svg.append(path);
      const value = element('span.value', {}, options.format(0));
      this.#shown.push(value);
      legend.append(element(`span.key.key-${index}`, {}, name !== '' && `${name} `, value));
    });
    const single = options.lines.length === 1;
    const title = element('span', {}, options.title);
    this.root = element(
      'figure.plot',
      {},
      element('figcaption', {}, title, single && legend, this.#peak),
      svg,
      !single && legend,
    );
  }

  /** Adds a sample for each line. */
  push(values: readonly number[]): void {
    values.forEach((value, index) => {
      const line = this.#values[index]!;
      line.push(value);
      if (line.length > samples) line.shift();
    });
    this.#drawn = false;
  }

  /** Shows the samples. */
  draw(): void {
    if (this.#drawn) return;
    this.#drawn = true;
    const peak = Math.max(...this.#values.flat());
    this.#peak.textContent = `peak ${this.#options.format(peak)}`;
    this.#values.forEach((line, index) => {
      this.#shown[index]!.textContent = this.#options.format(line.at(-1)!);
      this.#paths[index]!.setAttribute('d', pathOf(line, peak || 1));
    });
  }
}

/** Returns the path of a line. The newest value is at the right edge. */
function pathOf(values: readonly number[], most: number): string {
  const step = width / (samples - 1);
  const start = width - (values.length - 1) * step;
  return values
    .map((value, index) => {
      const x = (start + index * step).toFixed(1);
      const y = (height - 2 - (value / most) * (height - 6)).toFixed(1);
      return `${index === 0 ? 'M' : 'L'}${x} ${y}`;
    })
    .join('');
}

function svgElement(name: 'svg' | 'path', attributes: Readonly<Record<string, string>>): SVGElement {
  const made = document.createElementNS('http://www.w3.org/2000/svg', name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}
