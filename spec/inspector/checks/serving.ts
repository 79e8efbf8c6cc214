// The demo server: the browser's own WebSocket beside ours.

import assert from 'node:assert/strict';
import type { Check } from '../check.ts';
import { Desk } from '../desk.ts';

async function openServerMode(desk: Desk, url: string): Promise<void> {
  await desk.open(url);
  await desk.reconnect(() => desk.page.check('#mode-server'));
}

export const serving: readonly Check[] = [
  {
    name: 'talks to the demo server by two clients, and compares them',
    async run(desk, { served }) {
      await openServerMode(desk, served);
      await desk.page.fill('#count', '10');
      await desk.send('Grüße 🌍');
      await desk.says(/^wsluice: 10 echoes/);
      await desk.shows('up', 'bytes', /opening handshake/);
      for (const direction of ['up', 'down'] as const) await desk.shows(direction, 'events', /“Grüße 🌍”/);
      await desk.page.check('#client-ours');
      for (const direction of ['up', 'down'] as const) await desk.shows(direction, 'events', /“Grüße 🌍”/);
      await desk.page.click('#tab-compare');
      const rows = await desk.page.locator('#comparison tr').allInnerTexts();
      assert.equal(rows.length, 2);
      for (const row of rows)
        assert.match(row, /(WebSocket|wsluice)\s+[\d.,]+ ms\s+[\d,]+\s+[\d.]+ \S+\/s\s+[\d.]+ /);
      await desk.page.click('#tab-code');
      assert.match(await desk.detail(), /await dial\('ws:\/\/127\.0\.0\.1:\d+\/echo'\)/);
    },
  },
  {
    name: 'sends a mebibyte to the demo server, compressed too',
    async run(desk, { served }) {
      await openServerMode(desk, served);
      await desk.page.check('#kind-binary');
      await desk.page.fill('#size', '1048576');
      await desk.page.click('#send');
      await desk.says(/^wsluice: Echo/);
      await desk.shows('down', 'events', /Uint8Array\(1,048,576\)/);
      await desk.reconnect(() => desk.page.check('#deflate'));
      await desk.state(/^open, compressed$/);
      await desk.page.click('#send');
      await desk.says(/^wsluice: Echo/);
      await desk.shows('up', 'messages', /binary 1 MiB in [\d.]+ KiB/);
    },
  },
  {
    name: 'shows that the browser queues without a limit and wsluice waits',
    async run(desk, { served }) {
      await openServerMode(desk, served);
      await desk.page.uncheck('#reading');
      await desk.page.check('#kind-binary');
      await desk.page.fill('#size', '262144');
      await desk.page.fill('#count', '100');
      await desk.page.click('#send');
      await desk.figure('#vessel-queue-value', text => Desk.bytes(text) > 8 * 1024 ** 2);
      await desk.page.check('#client-ours');
      await desk.figure('#sender-state', text => text.startsWith('waiting for room'));
      assert.ok(Desk.bytes(await desk.page.innerText('#vessel-queue-value')) < 1024 ** 2);
      await desk.page.check('#reading');
      await desk.figure('#reader-state', text => /^[1-9]\d* echoed/.test(text));
    },
  },
  {
    name: 'sends broken bytes to the demo server',
    async run(desk, { served }) {
      await openServerMode(desk, served);
      await desk.page.click('#play-utf8');
      await desk.state(/^closed 1007/);
      const verdict = await desk.figure('#panel-item', text => text.includes('Close 1007'));
      assert.match(verdict, /EventDecoder/);
      assert.equal(await desk.page.isChecked('#client-ours'), true);
    },
  },
  {
    name: 'closes the browser’s WebSocket with a code, and pings by ours',
    async run(desk, { served }) {
      await openServerMode(desk, served);
      await desk.page.click('#ping');
      await desk.says(/^Pong after/);
      await desk.page.fill('#close-code', '4001');
      await desk.page.fill('#close-reason', 'bye');
      await desk.page.click('#close');
      await desk.state(/^closed 4001 bye$/);
      await desk.shows('up', 'events', /close 4001 bye/);
    },
  },
  {
    name: 'tells that the server goes away',
    async run(desk, { served, stopServer }) {
      await openServerMode(desk, served);
      await desk.send('hello');
      await desk.says(/^wsluice: Echo/);
      assert.equal(await stopServer(), 0);
      await desk.state(/^closed 1001 the server is stopping$/);
    },
  },
];
