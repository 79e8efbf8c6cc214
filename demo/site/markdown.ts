// Converts Markdown to HTML, with an anchor at each heading, links between pages, and marked comments in code.

import { Marked, type Tokens } from 'marked';
import { guidePages, sourceOf } from './guide-pages.ts';

/** The longest code, without spaces, that stays on one line. Browsers would break `--key` after a hyphen. */
const maxNameLength = 30;

const marked = new Marked({ gfm: true });

marked.use({
  renderer: {
    heading({ tokens, depth, text }: Tokens.Heading): string {
      const inner = this.parser.parseInline(tokens);
      const id = anchorOf(text);
      return `<h${depth} id="${id}"><a href="#${id}">${inner}</a></h${depth}>\n`;
    },
    code({ text, lang = '' }: Tokens.Code): string {
      return `<pre tabindex="0"><code>${/^[jt]s\b/.test(lang) ? markComments(text) : escapeHtml(text)}</code></pre>\n`;
    },
    codespan({ text }: Tokens.Codespan): string {
      const isName = text.length <= maxNameLength && !/\s/.test(text);
      return `<code${isName ? ' class="name"' : ''}>${escapeHtml(text)}</code>`;
    },
    link({ href, tokens }: Tokens.Link): string {
      const inner = this.parser.parseInline(tokens);
      const target = pageHref(href);
      return target === undefined ? inner : `<a href="${target}">${inner}</a>`;
    },
    paragraph({ tokens }: Tokens.Paragraph): string {
      const inner = this.parser.parseInline(tokens);
      const isPicture = tokens.length === 1 && tokens[0]!.type === 'image';
      return isPicture ? `<figure tabindex="0">${inner}</figure>\n` : `<p>${inner}</p>\n`;
    },
    table(token: Tokens.Table): string {
      const cells = (tag: string, row: readonly Tokens.TableCell[]) =>
        row.map(({ tokens }) => `<${tag}>${this.parser.parseInline(tokens)}</${tag}>`).join('');
      const body = token.rows.map(row => `<tr>${cells('td', row)}</tr>`).join('\n');
      const head = `<tr>${cells('th scope="col"', token.header).replaceAll('</th scope="col">', '</th>')}</tr>`;
      return `<div class="table" tabindex="0"><table><thead>${head}</thead>\n<tbody>${body}</tbody></table></div>\n`;
    },
  },
});

/** Returns the HTML of a page. Links to other pages, `closing.md#the-record`, become links to their HTML. */
export function htmlOf(markdown: string): string {
  return marked.parse(markdown, { async: false });
}

/** Returns the address of the page that a link points to; `undefined` if it points to another file. */
function pageHref(href: string): string | undefined {
  if (/^(https?:|#)/.test(href)) return href;
  const [, file, anchor = ''] = /([^/#]*)(#.*)?$/.exec(href)!;
  const page = guidePages.find(page => sourceOf(page).endsWith(`/${file}`) || sourceOf(page) === file);
  return page && `${page.name}.html${anchor}`;
}

/** Returns the anchor of a heading, the same as on GitHub. */
export function anchorOf(heading: string): string {
  const words = heading
    .toLowerCase()
    .replace(/[^\p{Letter}\p{Number}\s-]/gu, '')
    .trim();
  return words.replaceAll(/\s/g, '-');
}

export function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}

/** Marks the comments of JavaScript and TypeScript. Inside a string, `//` and `/*` do not begin one. */
function markComments(code: string): string {
  const tokens = /('(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`)|(\/\/.*|\/\*[\s\S]*?\*\/)/g;
  let html = '';
  let at = 0;
  for (const match of code.matchAll(tokens)) {
    const [token, , comment] = match;
    html += escapeHtml(code.slice(at, match.index));
    html += comment === undefined ? escapeHtml(token) : `<i>${escapeHtml(comment)}</i>`;
    at = match.index + token.length;
  }
  return html + escapeHtml(code.slice(at));
}
