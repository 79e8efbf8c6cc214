// The shelf of broken inputs: where each stops, and what the peer is told.

import assert from 'node:assert/strict';
import type { Check } from '../check.ts';

interface Verdict {
  readonly id: string;
  readonly stage: string;
  readonly told: RegExp;
}

const verdicts: readonly Verdict[] = [
  { id: 'reserved-bit', stage: 'FrameDecoder', told: /Close 1002 “RSV2 or RSV3 set”/ },
  { id: 'unmasked', stage: 'FrameDecoder', told: /Close 1002 “unmasked frame from a client”/ },
  { id: 'continuation', stage: 'MessageAssembler', told: /Close 1002 “continuation outside a message”/ },
  { id: 'too-large', stage: 'MessageAssembler', told: /Close 1009 “message too big”/ },
  { id: 'utf8', stage: 'EventDecoder', told: /Close 1007 “.*UTF-8.*”/ },
  { id: 'truncated', stage: 'EventDecoder', told: /Close 1007 “.+”/ },
  { id: 'bomb', stage: 'EventDecoder', told: /Close 1009 “.+”/ },
  { id: 'close-code', stage: 'EventDecoder', told: /Close 1002 “.+”/ },
];

export const breaking: readonly Check[] = verdicts.map(({ id, stage, told }) => ({
  name: `stops ${id} at ${stage}`,
  async run(desk, { served }) {
    await desk.open(served);
    await desk.page.click(`#play-${id}`);
    await desk.state(/^closed 10\d\d/);
    const verdict = await desk.figure('#panel-item', text => /Close 10\d\d/.test(text));
    assert.match(verdict, told);
    assert.match(verdict, /RFC \d+ §[\d.]+: /);
    assert.equal(await desk.page.locator('#lanes-up .gate.stopped').innerText(), stage);
    await desk.shows('down', 'events', /close 10\d\d/);
    const opened = desk.page.locator('#lanes-up .box.stop');
    await opened.click();
    assert.match(await desk.detail(), told);
    // The next message opens a new connection.
    await desk.send('and on');
    await desk.shows('down', 'events', /“and on”/);
  },
}));
