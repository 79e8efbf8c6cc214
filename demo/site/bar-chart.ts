// Draws bars with quartiles as SVG, one chart for all subjects that were measured in the same rounds.

import type { Bar, Measure } from './bench-results.ts';
import { escapeHtml } from './markdown.ts';

/** The positions of the parts of a chart, in units of its view box. */
interface Layout {
  readonly name: 'wide' | 'narrow';
  readonly width: number;
  /** The x position of the start of the bars. */
  readonly left: number;
  /** The distance from one bar to the next. */
  readonly pitch: number;
  /** The distance from the top of a row to its bar. */
  readonly above: number;
}

const wide: Layout = { name: 'wide', width: 720, left: 220, pitch: 28, above: 8 };
/** The layout with the text above the bars. */
const narrow: Layout = { name: 'narrow', width: 350, left: 0, pitch: 44, above: 24 };
const right = 8;
const barHeight = 18;

/**
 * Returns a chart whose scale ends at `most`, so that all charts of a benchmark have the same scale. There are two drawings, for
 * wide and for narrow windows; the style sheet shows one of them.
 */
export function barChart(title: string, bars: readonly Bar[], measure: Measure, most: number): string {
  const label = bars.map(({ subject, spread }) => `${subject} ${figure(spread.median)}`).join(', ');
  const text = escapeHtml(`${title}, ${measure.unit}: ${label}`);
  return [wide, narrow].map(layout => svg(text, bars, measure, most, layout)).join('');
}

function svg(text: string, bars: readonly Bar[], { peer }: Measure, most: number, layout: Layout): string {
  const { name, width, left, pitch, above } = layout;
  const height = bars.length * pitch + 8;
  const x = (value: number) => left + (Math.min(value, most) / most) * (width - left - right);
  const rows = bars.map((bar, index) => barRow(bar, index * pitch + above, x, layout));
  return `<svg class="chart ${name}" viewBox="0 0 ${width} ${height}" role="img" aria-label="${text}">
${rows.join('\n')}
${peer === undefined ? '' : line(x(peer), 0, height, 'peer')}
</svg>
`;
}

function barRow(
  { subject, spread, bound }: Bar,
  y: number,
  x: (value: number) => number,
  layout: Layout,
): string {
  const { median, low, high } = spread;
  const isPeer = /^(ws|bare|undici|uWS|Node's)\b/i.test(subject);
  const { left } = layout;
  const middle = y + barHeight / 2;
  const [subjectX, valueX, base] =
    layout.name === 'wide' ? [left - 60, left - 10, middle + 5] : [44, 0, y - 5];
  const parts = [
    `<text class="subject" x="${subjectX}" y="${base}">${escapeHtml(subject)}</text>`,
    `<rect class="${isPeer ? 'theirs' : 'ours'}" x="${left}" y="${y}" width="${round(x(median) - left)}" height="${barHeight}" rx="3"/>`,
    `<text class="value" x="${valueX}" y="${base}">${figure(median)}</text>`,
  ];
  if (high > low)
    parts.push(
      `<path class="spread" d="M${round(x(low))} ${middle}H${round(x(high))}m0-4v8M${round(x(low))} ${middle - 4}v8"/>`,
    );
  if (bound !== undefined) parts.push(line(x(bound), y - 3, y + barHeight + 3, 'bound'));
  return parts.join('\n');
}

const line = (x: number, from: number, to: number, kind: string) =>
  `<path class="${kind}" d="M${round(x)} ${from}V${to}"/>`;

const round = (value: number) => Math.round(value * 10) / 10;

/** Formats a number with three digits, as the tables of the benchmarks do. */
function figure(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toPrecision(3);
}
