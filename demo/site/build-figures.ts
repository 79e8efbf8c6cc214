// Builds the page of figures: the results of `npm run bench` as charts, each with its machine, Node version and command.

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { barChart } from './bar-chart.ts';
import { type BenchResults, barsOf, measures, readResults } from './bench-results.ts';
import { escapeHtml } from './markdown.ts';
import { pageHtml } from './page.ts';

const build = fileURLToPath(new URL('../../', import.meta.url));

/** The folder with the results that are committed. */
export const keptFigures: string = join(build, '../demo/figures');

/** The folder with the built page. */
export const figuresFolder: string = join(build, 'figures');

/** Builds the page. It uses the style sheet of the guide. */
export function buildFigures(): void {
  mkdirSync(figuresFolder, { recursive: true });
  const results = newest([keptFigures, join(build, 'bench')].flatMap(readResults));
  const content = figuresHtml(results);
  const html = pageHtml({ title: 'Figures', menu: menuOf(results), content, part: 'figures' });
  writeFileSync(join(figuresFolder, 'index.html'), html);
}

/** Returns the newest result of each benchmark. */
export function newest(results: readonly BenchResults[]): BenchResults[] {
  const byName = new Map<string, BenchResults>();
  for (const result of results) {
    const { measured = '' } = byName.get(result.name) ?? {};
    if ((result.measured ?? '') >= measured) byName.set(result.name, result);
  }
  return [...byName.values()];
}

/** Returns the results that have charts, in the order of the page. */
function shown(results: readonly BenchResults[]): BenchResults[] {
  return Object.keys(measures).flatMap(name => results.filter(result => result.name === name));
}

/** Returns links to the charts of each benchmark. */
function menuOf(results: readonly BenchResults[]): string {
  const links = shown(results).map(({ name }) => `<li><a href="#${name}">${measures[name]!.title}</a></li>`);
  return links.length === 0 ? '' : `<h2>Benchmarks</h2>\n<ul>${links.join('\n')}</ul>`;
}

/** Returns the content of the page, in the order of the measures. */
export function figuresHtml(results: readonly BenchResults[]): string {
  const sections = shown(results).map(sectionOf);
  const none =
    '<p>There are no figures yet. Run <code>npm run bench -- servers</code>, then start the server again.</p>';
  return `<h1>Figures</h1>
<p>The last results of <code>npm run bench</code>. Each bar is the median of several rounds, and the thin line shows the quartiles.
Compare only bars of the same chart: they were measured in the same rounds. A dashed line is the library that is compared
with, a short thick line is the bound that this library sets itself.</p>
${sections.length === 0 ? none : sections.join('\n')}`;
}

function sectionOf(result: BenchResults): string {
  const measure = measures[result.name]!;
  const rows = barsOf(result, measure);
  const values = [...rows.values()].flat().map(({ spread }) => spread.high);
  const most = Math.max(measure.peer ?? 0, ...values) * 1.02;
  const { node, machine, measured, command } = result;
  const facts = [`Node ${node}`, machine, measured?.slice(0, 10)].filter(fact => fact !== undefined);
  const charts = [...rows].map(
    ([row, bars]) =>
      `<h3>${escapeHtml(row)}</h3>\n<figure tabindex="0">${barChart(row, bars, measure, most)}</figure>`,
  );
  const about = measure.about === undefined ? '' : `<p>${measure.about}</p>\n`;
  return `<h2 id="${result.name}">${measure.title}</h2>
${about}<p class="facts">${measure.unit}, ${measure.moreIsBetter ? 'more' : 'less'} is better · ${escapeHtml(facts.join(' · '))}${command === undefined ? '' : ` · <code>${escapeHtml(command)}</code>`}</p>
${charts.join('\n')}`;
}
