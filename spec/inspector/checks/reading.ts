// The pages to read: they fit the window, meet WCAG 2.2 AA, and lead to each other.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { guidePages } from '../../../demo/site/guide-pages.ts';
import type { Check, Look } from '../check.ts';
import { violations } from './using.ts';

/** The pages that are looked at closely: together they have everything that a page can have. */
const samples = ['index', 'getting-started', 'flow'];

const readable = (look: Look, folder: string): Check => ({
  name: `reads the guide, ${look}`,
  look,
  async run({ page }, { served }) {
    for (const { name, title } of guidePages) {
      await page.goto(`${served}guide/${name}.html`);
      assert.equal(await page.title(), `${title} · wsluice`);
      const { width } = page.viewportSize()!;
      const scrollWidth = await page.evaluate<number>('document.documentElement.scrollWidth');
      assert.ok(scrollWidth <= width, `${name} is ${scrollWidth} px wide`);
      if (!samples.includes(name)) continue;
      assert.deepEqual(await violations(page), [], name);
      const fullPage = look.startsWith('narrow');
      await page.screenshot({ path: join(folder, `guide-${name}-${look.replace(' ', '-')}.png`), fullPage });
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
