// Builds the guide in build/guide from demo/guide/*.md and the documents for maintainers: pages, pictures and a style sheet.

import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { type GuidePage, guideGroups, guidePages, sourceOf } from './guide-pages.ts';
import { htmlOf } from './markdown.ts';
import { pageHtml } from './page.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));

/** The folder with the sources of the guide. */
export const guideSource: string = join(root, 'demo/guide');

/** The folder with the built pages. */
export const guideFolder: string = join(root, 'build/guide');

/** Builds all pages. */
export async function buildGuide(): Promise<void> {
  mkdirSync(guideFolder, { recursive: true });
  cpSync(join(guideSource, 'images'), join(guideFolder, 'images'), { recursive: true });
  await build({
    entryPoints: [join(root, 'demo/site/site.css')],
    outdir: guideFolder,
    bundle: true,
    minify: true,
  });
  for (const page of guidePages) {
    const markdown = readFileSync(join(root, sourceOf(page)), 'utf8');
    const content = htmlOf(markdown) + neighbours(page);
    const html = pageHtml({ title: page.title, menu: menu(page), content, part: 'guide' });
    writeFileSync(join(guideFolder, `${page.name}.html`), html);
  }
}

const link = ({ name, title }: GuidePage, attributes = '') =>
  `<a href="${name}.html"${attributes}>${title}</a>`;

function menu(current: GuidePage): string {
  return guideGroups
    .map(({ title, pages }) => {
      const links = pages.map(
        page => `<li>${link(page, page === current ? ' aria-current="page"' : '')}</li>`,
      );
      return `<h2>${title}</h2>\n<ul>${links.join('\n')}</ul>`;
    })
    .join('\n');
}

/** Returns links to the pages before and after this one. */
function neighbours(page: GuidePage): string {
  const at = guidePages.indexOf(page);
  const [before, after] = [guidePages[at - 1], guidePages[at + 1]];
  const links = [before && link(before, ' rel="prev"'), after && link(after, ' rel="next"')];
  return `<nav class="neighbours" aria-label="Neighbours">${links.filter(Boolean).join('\n')}</nav>\n`;
}
