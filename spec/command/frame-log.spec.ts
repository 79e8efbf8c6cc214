import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { FrameLog, type FrameLogOptions } from '../../lib/command/frame-log.ts';
import type { TappedFrame } from '../../lib/connection/frame-observer.ts';
import { fromHex } from '../support/hex.ts';
import { closeBody } from '../support/named-frames.ts';
import { utf8 } from '../support/utf8.ts';

const test = suite('frame log');

const bytes = (...values: number[]) => new Uint8Array(values);

function frame(
  opcode: TappedFrame['opcode'],
  payload: Uint8Array | string,
  rest: Partial<TappedFrame> = {},
): TappedFrame {
  return { direction: 'out', opcode, fin: true, rsv1: false, payloadBytes: payload.length, payload, ...rest };
}

function log(options: Partial<FrameLogOptions> = {}): (frame: TappedFrame) => string | undefined {
  const log = new FrameLog({ json: false, role: 'client', elapsedMs: () => 1234.5678, ...options });
  return frame => log.describe(frame);
}

test('prints time, sender, opcode, flags, length and the beginning of the payload', () => {
  const describe = log();
  assert.is(describe(frame(1, 'hi')), '   1.235 client text         fin            2 bytes  "hi"');
  assert.is(
    describe(frame(2, bytes(0, 255), { direction: 'in', fin: false, rsv1: true })),
    '   1.235 server binary           rsv1       2 bytes  00 ff',
  );
  assert.is(describe(frame(9, bytes())), '   1.235 client ping         fin            0 bytes');
  assert.match(describe(frame(10, bytes(1)))!, /client pong .* {2}01$/);
  assert.match(log({ role: 'server', client: 7 })(frame(1, 'hi'))!, / 1\.235 #7 server text /);
  assert.match(log({ role: 'server' })(frame(1, 'hi', { direction: 'in' }))!, / client text /);
});

test('prints code and reason of a Close', () => {
  const describe = log();
  assert.match(describe(frame(8, bytes()))!, /close +fin +0 bytes$/);
  assert.match(describe(frame(8, fromHex(closeBody(1000))))!, / {2}1000$/);
  assert.match(describe(frame(8, fromHex(closeBody(4000, 'bye\n'))))!, / {2}4000 "bye\\n"$/);
});

test('prints continuations of text as text, unless they are compressed', () => {
  const describe = log();
  describe(frame(1, utf8('a'), { fin: false }));
  assert.match(describe(frame(0, utf8('b')))!, /continuation .* {2}"b"$/);
  assert.match(describe(frame(9, utf8('p')))!, / {2}70$/);
  describe(frame(1, utf8('a'), { fin: false, rsv1: true }));
  assert.match(describe(frame(0, utf8('b')))!, / {2}62$/);
  describe(frame(2, utf8('a'), { fin: false }));
  assert.match(describe(frame(0, utf8('b')))!, / {2}62$/);
});

test('cuts long payloads, and escapes control characters', () => {
  const describe = log();
  assert.match(describe(frame(1, 'x'.repeat(61)))!, / {2}"x{60}" …$/);
  assert.match(describe(frame(1, utf8('é'.repeat(300))))!, / {2}"é{60}" …$/);
  assert.match(describe(frame(2, new Uint8Array(25)))!, / {2}(00 ){24}…$/);
  assert.match(describe(frame(1, '\x1b\u009b'))!, / {2}"\\u001b\\u009b"$/);
  assert.match(describe(frame(1, 'part', { payloadBytes: 10 }))!, / {2}"part" …$/);
});

test('prints one line for a frame that arrives in parts', () => {
  const describe = log();
  const part = (payload: Uint8Array) => describe(frame(2, payload, { direction: 'in', payloadBytes: 3 }));
  assert.match(part(bytes())!, /3 bytes {3}…$/);
  assert.is(part(bytes(1)), undefined);
  assert.is(part(bytes(2, 3)), undefined);
  assert.match(part(bytes(1, 2, 3))!, /01 02 03$/);
  assert.match(describe(frame(9, bytes(), { direction: 'in' }))!, /ping/);
  const { payload, ...without } = frame(1, '', { direction: 'in' });
  assert.match(describe({ ...without, payload: undefined })!, /text/);
});

test('prints the same as JSON', () => {
  const describe = log({ json: true, client: 2, role: 'server' });
  assert.equal(JSON.parse(describe(frame(1, 'hi', { direction: 'in' }))!), {
    type: 'frame',
    ms: 1234.568,
    client: 2,
    from: 'client',
    opcode: 'text',
    fin: true,
    rsv1: false,
    payloadBytes: 2,
    preview: '"hi"',
  });
});

test.run();
