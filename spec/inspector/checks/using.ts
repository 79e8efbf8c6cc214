// Keyboard, code, colours, motion, accessibility, files.

import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import type { Check, Look } from '../check.ts';

const axe = fileURLToPath(import.meta.resolve('axe-core/axe.min.js'));

interface Violation {
  readonly id: string;
  readonly nodes: readonly { readonly target: readonly string[]; readonly failureSummary: string }[];
}

/** Returns the violations of WCAG 2.2 A and AA that axe-core finds. */
export async function violations(page: Page): Promise<string[]> {
  await page.addScriptTag({ path: axe });
  const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
  const { violations } = await page.evaluate<{ violations: Violation[] }>(
    `axe.run({ runOnly: ${JSON.stringify(tags)} })`,
  );
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id}: ${target.join(' ')}: ${failureSummary}`),
  );
}

const accessible = (look: Look): Check => ({
  name: `meets WCAG 2.2 AA: ${look}`,
  look,
  async run(desk, { served }) {
    await desk.open(served);
    await desk.page.click('#play-compress');
    await desk.says(/^2 echoes/);
    assert.deepEqual(await violations(desk.page), []);
    await desk.page.click('#play-fragments');
    await desk.shows('down', 'events', /A message may have several/);
    assert.deepEqual(await violations(desk.page), []);
    await desk.page.click('#play-utf8');
    await desk.state(/^closed 1007/);
    assert.deepEqual(await violations(desk.page), []);
    await desk.page.check('#mode-server');
    await desk.state(/^open/);
    await desk.page.click('#tab-compare');
    assert.deepEqual(await violations(desk.page), []);
  },
});

export const using: readonly Check[] = [
  {
    name: 'moves between boxes and tabs with the keyboard',
    async run(desk, { served }) {
      await desk.open(served);
      await desk.page.click('#play-fragments');
      const message = await desk.shows('up', 'messages', /^Message 1: text 68 B, 5 frames/);
      await message.click();
      const focused = () => desk.page.evaluate<string>('document.activeElement.getAttribute("aria-label")');
      const steps: [key: string, label: RegExp][] = [
        ['ArrowUp', /^Frame 1/],
        ['ArrowRight', /^Frame 2/],
        ['End', /^Frame 5/],
        ['ArrowLeft', /^Frame 4/],
        ['Home', /^Frame 1/],
        ['ArrowUp', /^Chunk/],
        ['ArrowDown', /^Frame/],
        ['ArrowDown', /^Message 1/],
        ['ArrowDown', /^Event 1/],
      ];
      for (const [key, label] of steps) {
        await desk.page.keyboard.press(key);
        assert.match(await focused(), label, `after ${key}`);
      }
      assert.match(await desk.detail(), /^Event 1/);
      await desk.page.focus('#tab-item');
      await desk.page.keyboard.press('ArrowRight');
      assert.equal(await desk.page.getAttribute('#tab-code', 'aria-selected'), 'true');
      assert.match(await desk.detail(), /connectWebSocket/);
      await desk.page.keyboard.press('ArrowLeft');
      assert.match(await desk.detail(), /^Event 1/);
    },
  },
  {
    name: 'copies the code of its state',
    async run(desk, { served }) {
      await desk.page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
      await desk.open(served);
      const copied = async () => {
        await desk.page.click('#copy');
        await desk.page.locator('#copy', { hasText: 'Copied' }).waitFor();
        return desk.page.evaluate<string>('navigator.clipboard.readText()');
      };
      assert.match(await copied(), /const message = 'Hello, pipe';/);
      await desk.page.fill('#text', "it's");
      await desk.page.fill('#count', '3');
      await desk.reconnect(() => desk.page.fill('#frame-bytes', '100'));
      const code = await copied();
      assert.match(code, /const message = 'it\\'s';/);
      assert.match(code, /maxFrameBytes: 100/);
      assert.match(code, /sent < 3/);
      await desk.page.click('#play-unmasked');
      await desk.state(/^closed 1002/);
      assert.match(await copied(), /0x81, 0x02, 0x68, 0x69/);
      await desk.page.click('#ping');
      await desk.says(/^Pong/);
      assert.match(await copied(), /client\.ping\(\)/);
    },
  },
  {
    name: 'plays every scene',
    async run(desk, { served }) {
      await desk.open(served);
      for (const chip of await desk.page.locator('#scenes button').all()) {
        const hint = await chip.getAttribute('title');
        await chip.click();
        await desk.figure('#hint', text => text === hint || /[Ee]cho/.test(text));
        await desk.state(/^open/);
      }
      await desk.page.check('#reading');
    },
  },
  {
    name: 'follows the system to dark and light, and the button',
    look: 'dark',
    async run(desk, { served }) {
      await desk.open(served);
      const paper = () => desk.page.evaluate<string>('getComputedStyle(document.body).backgroundColor');
      const dark = await paper();
      await desk.page.click('#theme');
      const light = await paper();
      assert.notEqual(light, dark);
      await desk.page.click('#theme');
      assert.equal(await paper(), dark);
    },
  },
  {
    name: 'does not move for those who asked for stillness',
    look: 'still',
    async run(desk, { served }) {
      await desk.open(served);
      await desk.send('no motion');
      await desk.shows('down', 'events', /“no motion”/);
      const running = await desk.page.evaluate<number>('document.getAnimations().length');
      assert.equal(running, 0);
    },
  },
  {
    name: 'fits a phone without scrolling sideways',
    look: 'narrow',
    async run(desk, { served }) {
      await desk.open(served);
      await desk.page.click('#play-compress');
      await desk.says(/^2 echoes/);
      await (await desk.shows('up', 'frames', /^Frame 1/)).click();
      const width = await desk.page.evaluate<number>('document.documentElement.scrollWidth');
      assert.ok(width <= 390, `the page is ${width} px wide`);
    },
  },
  {
    name: 'works as a file, without a server',
    async run(desk, { file }) {
      await desk.open(file);
      await desk.send('from a file');
      await desk.shows('down', 'events', /“from a file”/);
      assert.equal(await desk.page.isDisabled('#mode-server'), true);
    },
  },
  accessible('wide'),
  accessible('dark'),
  accessible('narrow'),
  accessible('narrow dark'),
];
