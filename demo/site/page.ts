// The parts that every page of the site has: head, menu, content.

import { escapeHtml } from './markdown.ts';

export interface Page {
  readonly title: string;
  /** The HTML of the menu at the side, or ''. */
  readonly menu: string;
  /** The HTML of the content. */
  readonly content: string;
  /** The part of the site that the page belongs to. */
  readonly part: 'guide' | 'figures';
}

const waves = 'M3 9c4-4 8 4 13 0s9 4 13 0M3 17c4-4 8 4 13 0s9 4 13 0M3 25c4-4 8 4 13 0s9 4 13 0';
const icon = `data:image/svg+xml,${encodeURIComponent(
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><path d="${waves}" fill="none" stroke="#0b7a94" stroke-width="3" stroke-linecap="round"/></svg>`,
)}`;

const parts = [
  { name: 'guide', title: 'Guide', href: '../guide/index.html' },
  { name: 'figures', title: 'Figures', href: '../figures/index.html' },
  { name: 'reference', title: 'Reference', href: '../reference/index.html' },
  { name: 'inspector', title: 'Inspector', href: '../inspector/index.html' },
] as const;

/** Returns the whole document. */
export function pageHtml({ title, menu, content, part }: Page): string {
  const links = parts.map(
    ({ name, title, href }) => `<a href="${href}"${name === part ? ' aria-current="true"' : ''}>${title}</a>`,
  );
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)} · wsluice</title>
<link rel="icon" href="${icon}">
<link rel="stylesheet" href="../guide/site.css">
</head>
<body>
<header class="top">
<a class="home" href="../guide/index.html"><svg class="logo" viewBox="0 0 32 32" aria-hidden="true"><path d="${waves}"/></svg> wsluice</a>
<nav aria-label="Parts">${links.join('\n')}</nav>
</header>
<div class="columns">
${menu && `<nav class="menu" aria-label="Pages">${menu}</nav>\n`}<main>
${content}</main>
</div>
</body>
</html>
`;
}
