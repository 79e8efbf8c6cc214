// The pages to read: they fit the window, meet WCAG 2.2 AA, and lead to each other.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { guidePages } from '../../../demo/site/guide-pages.ts';
import type { Check, Look } from '../check.ts';
import { violations } from './using.ts';

/** The pages whose accessibility is checked: together they have everything that a page can have. */
const samples = ['guide/index', 'guide/getting-started', 'guide/flow', 'figures/index'];

const pages = [
  ...guidePages.map(({ name, title }) => ({ name: `guide/${name}`, title })),
  { name: 'figures/index', title: 'Figures' },
];

const readable = (look: Look, folder: string): Check => ({
  name: `reads the guide, ${look}`,
  look,
  async run({ page }, { served }) {
    for (const { name, title } of pages) {
      await page.goto(`${served}${name}.html`);
      assert.equal(await page.title(), `${title} · wsluice`);
      const { width } = page.viewportSize()!;
      const scrollWidth = await page.evaluate<number>('document.documentElement.scrollWidth');
      assert.ok(scrollWidth <= width, `${name} is ${scrollWidth} px wide`);
      if (samples.includes(name)) assert.deepEqual(await violations(page), [], name);
      const file = `${name.replace('/', '-')}-${look.replace(' ', '-')}.png`;
      await page.screenshot({ path: join(folder, file), fullPage: true });
    }
  },
});

const root = new URL('../../../../', import.meta.url);

/** The page of getting-started, on the library as it was built. */
const pageOfGuide: Check = {
  name: 'runs the page that the guide shows for browsers',
  async run({ page }) {
    const guide = readFileSync(new URL('demo/guide/getting-started.md', root), 'utf8');
    const [, html] = /```html\n(.*?)```/s.exec(guide)!;
    const origin = 'http://a.page';
    await page.route(`${origin}/**`, route => {
      const { pathname } = new URL(route.request().url());
      if (pathname === '/') return route.fulfill({ contentType: 'text/html', body: html! });
      const library = pathname.replace('/node_modules/wsluice/dist/', 'build/lib/');
      if (library === pathname) return route.fulfill({ status: 204 });
      return route.fulfill({ path: fileURLToPath(new URL(library, root)), contentType: 'text/javascript' });
    });
    await page.goto(`${origin}/`);
    await page.waitForFunction("document.querySelector('#received').textContent === 'hello from the page'");
  },
};

export function reading(folder: string): Check[] {
  return [
    readable('wide', folder),
    readable('dark', folder),
    readable('narrow', folder),
    pageOfGuide,
    {
      name: 'leads from the inspector to the guide, and through it',
      async run({ page }, { served }) {
        await page.goto(served);
        await page.click('text=Guide');
        for (const { title } of guidePages.slice(1)) {
          await page.click('.neighbours [rel="next"]');
          await page.waitForFunction(`document.title.startsWith(${JSON.stringify(title)})`);
        }
        await page.click('nav[aria-label="Parts"] >> text=Figures');
        await page.waitForFunction("document.title.startsWith('Figures')");
        await page.click('nav[aria-label="Parts"] >> text=Inspector');
        await page.locator('#hint').waitFor();
      },
    },
  ];
}
