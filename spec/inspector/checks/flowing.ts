// Backpressure, throughput and memory.

import assert from 'node:assert/strict';
import type { Check } from '../check.ts';
import { Desk } from '../desk.ts';

const full = (text: string) => Desk.bytes(text) >= 65_536;

export const flowing: readonly Check[] = [
  {
    name: 'shows how a reader that stops holds the sender back',
    async run(desk, { served }) {
      await desk.open(served);
      await desk.page.click('#play-backpressure');
      assert.equal(await desk.page.isChecked('#reading'), false);
      for (const vessel of ['queue', 'wire', 'ahead']) await desk.figure(`#vessel-${vessel}-value`, full);
      await desk.figure('#sender-state', text => text.startsWith('waiting for room'));
      assert.equal(await desk.page.innerText('#reader-state'), 'not reading');
      await desk.page.check('#reading');
      await desk.says(/^100 echoes/);
      for (const vessel of ['queue', 'wire', 'ahead']) {
        await desk.figure(`#vessel-${vessel}-value`, text => text === '0 B');
      }
      assert.equal(await desk.page.innerText('#reader-state'), '100 echoed');
    },
  },
  {
    name: 'stops and starts reading with the switch',
    async run(desk, { served }) {
      await desk.open(served);
      await desk.page.uncheck('#reading');
      await desk.send('waits');
      await desk.figure('#vessel-ahead-value', text => text === '5 B');
      await desk.page.check('#reading');
      await desk.shows('down', 'events', /“waits”/);
    },
  },
  {
    name: 'plots throughput and memory of a flood, and keeps up with it',
    async run(desk, { served }) {
      await desk.open(served);
      await desk.page.click('#play-flood');
      const echoed = (text: string) => Number(text.replace(/[^\d]/g, ''));
      await desk.figure('#reader-state', text => echoed(text) >= 1500);
      await desk.page.locator('#lanes-up .box.skipped').first().waitFor();
      await desk.page.click('#stop');
      const peaks = await desk.page.locator('#plots .peak').allInnerTexts();
      assert.equal(peaks.length, 4);
      assert.match(peaks[0]!, /^peak [\d.]+ (KiB|MiB)\/s$/);
      assert.match(peaks[1]!, /^peak [\d,]+\/s$/);
      assert.match(peaks[3]!, /MiB$/);
      for (const path of await desk.page.locator('#plots path').all()) {
        assert.match((await path.getAttribute('d'))!, /^M[\d.]+ [\d.]+L/);
      }
      const [, sent] = /^([\d,]+) of 20,000/.exec(await desk.page.innerText('#sender-state'))!;
      await desk.figure('#lanes-up .lane-name:nth-child(3) .count', text => text === sent);
    },
  },
];
