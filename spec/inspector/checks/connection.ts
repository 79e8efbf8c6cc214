// The settings of a connection.

import assert from 'node:assert/strict';
import type { Check } from '../check.ts';

export const connection: readonly Check[] = [
  {
    name: 'cuts messages into frames',
    async run(desk, { served }) {
      await desk.open(served);
      await desk.reconnect(() => desk.page.fill('#frame-bytes', '4'));
      await desk.send('0123456789');
      await desk.shows('up', 'messages', /text 10 B, 3 frames/);
      await desk.shows('up', 'frames', /^Frame 1: text 4 B, more follow/);
      await desk.shows('down', 'frames', /^Frame 3: cont 2 B, final/);
    },
  },
  {
    name: 'cuts chunks after every few bytes, and at random',
    async run(desk, { served }) {
      await desk.open(served);
      await desk.reconnect(() => desk.page.selectOption('#cuts', 'every'));
      await desk.send('cut me');
      await desk.shows('down', 'events', /“cut me”/);
      assert.match(
        await (await desk.shows('up', 'bytes', /^Chunk/)).getAttribute('aria-label').then(String),
        /: 3 B/,
      );
      await (await desk.shows('up', 'bytes', /handshake/)).click();
      assert.match(await desk.detail(), /\d\d chunks/);
      await desk.reconnect(async () => {
        await desk.page.selectOption('#cuts', 'random');
        await desk.page.fill('#cut-bytes', '5');
      });
      await desk.send('cut me at random');
      await desk.shows('down', 'events', /“cut me at random”/);
      const labels = await desk.boxes('up', 'bytes').evaluateAll(all => all.map(box => box.ariaLabel ?? ''));
      const chunks = labels.filter(label => label.startsWith('Chunk'));
      assert.ok(chunks.length > 3 && chunks.every(label => /: [1-5] B$/.test(label)), chunks.join('; '));
    },
  },
  {
    name: 'limits the length of a message',
    async run(desk, { served }) {
      await desk.open(served);
      await desk.reconnect(() => desk.page.fill('#message-bytes', '10'));
      await desk.send('eleven char');
      await desk.state(/^closed 1009/);
      assert.match(await desk.detail(), /MessageAssembler[\s\S]*message too big/);
    },
  },
  {
    name: 'compresses with the parameters that are chosen',
    async run(desk, { served }) {
      await desk.open(served);
      const text = 'the same words again and again, '.repeat(8);
      await desk.reconnect(() => desk.page.check('#deflate'));
      await desk.state(/^open, compressed$/);
      await desk.send(text);
      await (await desk.shows('up', 'messages', /^Message 1: text 256 B in \d+ B/)).click();
      assert.match(await desk.detail(), /plain\s+256 B\s+compressed\s+\d\d B/);
      await (await desk.shows('up', 'frames', /compressed/)).click();
      assert.match(await desk.detail(), /RSV1\s+1\s*deflate/);

      await desk.reconnect(async () => {
        await desk.page.fill('#client-window', '9');
        await desk.page.fill('#server-window', '10');
        await desk.page.uncheck('#client-takeover');
        await desk.page.uncheck('#server-takeover');
        await desk.page.fill('#threshold', '1000');
      });
      await (await desk.shows('down', 'bytes', /handshake/)).click();
      const head = await desk.detail();
      for (const parameter of [
        'client_max_window_bits=9',
        'server_max_window_bits=10',
        'client_no_context_takeover',
        'server_no_context_takeover',
      ]) {
        assert.ok(head.includes(parameter), `${parameter} is missing in ${head}`);
      }
      await desk.send(text);
      await desk.shows('down', 'messages', /^Message 1: text 256 B, 1 frame/);
    },
  },
];
