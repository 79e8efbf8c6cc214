// Bars with quartiles, as SVG: one chart for the subjects that were measured in the same rounds.

import type { Bar, Measure } from './bench-results.ts';
import { escapeHtml } from './markdown.ts';

const width = 720;
/** The figures stand before the bars, so that a narrow window shows them. */
const left = 220;
const right = 8;
const barHeight = 18;
const pitch = 28;

/** Returns a chart whose scale ends at `most`, so that charts of one benchmark can be compared. */
export function barChart(title: string, bars: readonly Bar[], measure: Measure, most: number): string {
  const height = bars.length * pitch + 8;
  const x = (value: number) => left + (Math.min(value, most) / most) * (width - left - right);
  const peer = measure.peer === undefined ? '' : line(x(measure.peer), 0, height, 'peer');
  const rows = bars.map((bar, index) => barRow(bar, index * pitch + 8, x));
  const label = bars.map(({ subject, spread }) => `${subject} ${figure(spread.median)}`).join(', ');
  return `<svg class="chart" viewBox="0 0 ${width} ${height}" role="img" aria-label="${escapeHtml(`${title}, ${measure.unit}: ${label}`)}">
${rows.join('\n')}
${peer}
</svg>
`;
}

function barRow({ subject, spread, bound }: Bar, y: number, x: (value: number) => number): string {
  const { median, low, high } = spread;
  const isPeer = /^(ws|bare|undici|uWS)\b/i.test(subject);
  const middle = y + barHeight / 2;
  const parts = [
    `<text class="subject" x="${left - 60}" y="${middle + 5}">${escapeHtml(subject)}</text>`,
    `<rect class="${isPeer ? 'theirs' : 'ours'}" x="${left}" y="${y}" width="${round(x(median) - left)}" height="${barHeight}" rx="3"/>`,
    `<text class="value" x="${left - 10}" y="${middle + 5}">${figure(median)}</text>`,
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

/** A number with three digits, as in the tables of the benchmarks. */
function figure(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toPrecision(3);
}
