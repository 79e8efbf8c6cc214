// The pages to read: they fit the window, meet WCAG 2.2 AA, and lead to each other.

import assert from 'node:assert/strict';
import { join } from 'node:path';
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

export function reading(folder: string): Check[] {
  return [
    readable('wide', folder),
    readable('dark', folder),
    readable('narrow', folder),
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
