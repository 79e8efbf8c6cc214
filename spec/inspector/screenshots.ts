// Pictures of the states that matter, to be looked at.

import { join } from 'node:path';
import type { Check, Look } from './check.ts';
import type { Desk } from './desk.ts';

interface Picture {
  readonly name: string;
  readonly looks: readonly Look[];
  prepare(desk: Desk): Promise<void>;
}

/** Long enough for boxes to settle. */
const settleMs = 700;

const pictures: readonly Picture[] = [
  {
    name: 'hello',
    looks: ['wide', 'dark', 'narrow', 'narrow dark'],
    async prepare() {},
  },
  {
    name: 'fragments',
    looks: ['wide', 'narrow'],
    async prepare(desk) {
      await desk.page.click('#play-fragments');
      await desk.page.click('#ping');
      await desk.shows('down', 'events', /pong/);
      await (await desk.shows('up', 'frames', /^Frame 2/)).click();
    },
  },
  {
    name: 'compress',
    looks: ['wide', 'dark'],
    async prepare(desk) {
      await desk.page.click('#play-compress');
      await desk.says(/^2 echoes/);
    },
  },
  {
    name: 'backpressure',
    looks: ['wide', 'dark', 'narrow'],
    async prepare(desk) {
      await desk.page.click('#play-backpressure');
      await desk.figure('#sender-state', text => text.startsWith('waiting'));
    },
  },
  {
    name: 'broken',
    looks: ['wide', 'dark', 'narrow'],
    async prepare(desk) {
      await desk.page.click('#play-reserved-bit');
      await desk.state(/^closed 1002/);
    },
  },
  {
    name: 'code',
    looks: ['wide'],
    async prepare(desk) {
      await desk.page.click('#play-cuts');
      await desk.says(/[Ee]cho/);
      await desk.page.click('#tab-code');
    },
  },
  {
    name: 'server',
    looks: ['wide', 'dark'],
    async prepare(desk) {
      await desk.reconnect(() => desk.page.check('#mode-server'));
      await desk.page.fill('#count', '20');
      await desk.page.click('#send');
      await desk.says(/^wsluice: 20 echoes/);
      await desk.page.click('#tab-compare');
    },
  },
];

export function screenshots(folder: string): Check[] {
  return pictures.flatMap(({ name, looks, prepare }) =>
    looks.map(look => ({
      name: `picture ${name}, ${look}`,
      look,
      async run(desk: Desk, { served }) {
        await desk.open(served);
        await prepare(desk);
        await desk.page.waitForTimeout(settleMs);
        const path = join(folder, `${name}-${look.replace(' ', '-')}.png`);
        await desk.page.screenshot({ path, fullPage: look.startsWith('narrow') });
      },
    })),
  );
}
