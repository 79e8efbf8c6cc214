// Messages and what is shown of them.

import assert from 'node:assert/strict';
import type { Check } from '../check.ts';

export const sending: readonly Check[] = [
  {
    name: 'opens, sends a first message and opens its frame',
    async run(desk, { served }) {
      await desk.open(served);
      await desk.state(/^open$/);
      for (const direction of ['up', 'down'] as const) {
        await desk.shows(direction, 'bytes', /opening handshake/);
        await desk.shows(direction, 'frames', /^Frame 1: text 11 B, final/);
        await desk.shows(direction, 'messages', /^Message 1: text 11 B, 1 frame/);
        await desk.shows(direction, 'events', /“Hello, pipe”/);
      }
      const detail = await desk.figure('#panel-item', text => text.includes('Frame 1'));
      for (const part of ['FIN', 'opcode', '0001', 'masking key', 'Payload on the wire, masked']) {
        assert.ok(detail.includes(part), `${part} is missing in ${detail}`);
      }
      assert.match(detail, /48 65 6c 6c 6f 2c 20 70 69 70 65\s+Hello, pipe/);
    },
  },
  {
    name: 'opens the handshake, a chunk, a message and an event',
    async run(desk, { served }) {
      await desk.open(served);
      await (await desk.shows('up', 'bytes', /opening handshake/)).click();
      assert.match(await desk.detail(), /GET \/echo HTTP\/1\.1[\s\S]*Sec-WebSocket-Key/);
      await (await desk.shows('down', 'bytes', /^Chunk/)).click();
      assert.match(await desk.detail(), /2 B header of frame 1[\s\S]*11 B payload of frame 1/);
      await (await desk.shows('down', 'messages', /^Message 1/)).click();
      assert.match(await desk.detail(), /plain\s+11 B[\s\S]*in frames\s+11 B/);
      await (await desk.shows('down', 'events', /^Event 1/)).click();
      assert.match(await desk.detail(), /\{ type: 'text', data: "Hello, pipe", last: true \}/);
    },
  },
  {
    name: 'sends text, empty text too, repeated to a size',
    async run(desk, { served }) {
      await desk.open(served);
      await desk.send('Grüße 🌍');
      await desk.shows('down', 'events', /“Grüße 🌍”/);
      await desk.send('');
      await desk.shows('down', 'events', /: “”/);
      await desk.page.fill('#size', '7');
      await desk.send('abc');
      await desk.shows('down', 'events', /“abcabca”/);
    },
  },
  {
    name: 'sends binary of a size',
    async run(desk, { served }) {
      await desk.open(served);
      await desk.page.check('#kind-binary');
      await desk.page.fill('#size', '1048576');
      await desk.page.click('#send');
      await desk.shows('down', 'events', /Uint8Array\(1,048,576\)/);
      // In frames of the default length, so that control frames can pass between them.
      await desk.shows('up', 'messages', /binary 1 MiB, 16 frames/);
    },
  },
  {
    name: 'sends a file, and asks for one',
    async run(desk, { served }) {
      await desk.open(served);
      await desk.page.check('#kind-file');
      await desk.page.click('#send');
      await desk.says(/^choose a file first$/);
      const buffer = Buffer.from('%PDF-1.7 and so on');
      await desk.page.setInputFiles('#file', { name: 'paper.pdf', mimeType: 'application/pdf', buffer });
      await desk.page.click('#send');
      await (await desk.shows('down', 'events', /Uint8Array\(18\)/)).click();
      assert.match(await desk.detail(), /25 50 44 46/);
    },
  },
  {
    name: 'sends a number of messages at a rate, and stops',
    async run(desk, { served }) {
      await desk.open(served);
      await desk.page.fill('#count', '5');
      await desk.page.fill('#rate', '20');
      await desk.send('tick');
      await desk.says(/^5 echoes in 0\.\d+ s/);
      const [, seconds] = /in ([\d.]+) s/.exec(await desk.page.innerText('#hint'))!;
      assert.ok(Number(seconds) >= 0.2, `5 messages at 20 per second took ${seconds} s`);
      await desk.page.fill('#count', '1000');
      await desk.page.click('#send');
      await desk.page.click('#stop');
      const sent = await desk.figure('#sender-state', text => text.includes('of 1,000'));
      await desk.page.waitForTimeout(300);
      assert.equal(await desk.page.innerText('#sender-state'), sent);
      assert.equal(await desk.page.isVisible('#stop'), false);
    },
  },
  {
    name: 'pings',
    async run(desk, { served }) {
      await desk.open(served);
      await desk.page.click('#ping');
      await desk.says(/^Pong after [\d.]+ ms\.$/);
      await desk.shows('up', 'frames', /: ping 8 B/);
      await desk.shows('down', 'events', /pong/);
    },
  },
  {
    name: 'closes with a code and a reason, refuses others, opens again',
    async run(desk, { served }) {
      await desk.open(served);
      await desk.page.fill('#close-code', '1005');
      await desk.page.click('#close');
      await desk.says(/1005/);
      await desk.state(/^open$/);
      await desk.page.fill('#close-code', '4001');
      await desk.page.fill('#close-reason', 'bye');
      await desk.page.click('#close');
      await desk.state(/^closed 4001 bye$/);
      await desk.shows('up', 'events', /close 4001 bye/);
      await desk.shows('down', 'events', /close 4001/);
      await desk.page.click('#reopen');
      await desk.state(/^open$/);
      await desk.page.fill('#close-code', '');
      await desk.page.fill('#close-reason', '');
      await desk.page.click('#close');
      await desk.state(/^closed/);
      await desk.send('a message opens a connection');
      await desk.shows('down', 'events', /a message opens/);
    },
  },
];
