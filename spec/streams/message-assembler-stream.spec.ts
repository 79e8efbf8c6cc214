import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { MessageAssemblerStream } from '../../lib/streams/message-assembler-stream.ts';
import { piped } from '../support/piped.ts';

const test = suite('MessageAssemblerStream');

const frame = { rsv1: false, first: true, last: true, payloadBytes: 1 } as const;
const frames = [
  { ...frame, opcode: 1, fin: false, payload: Uint8Array.of(0x61) },
  { ...frame, opcode: 0, fin: true, payload: Uint8Array.of(0x62) },
] as const;

test('assembles frames into messages (§5.4)', async () => {
  const parts = await piped(new MessageAssemblerStream(), ...frames);
  assert.equal(
    parts.map(({ type, first, last, payload }) => [type, first, last, ...payload]),
    [
      ['text', true, false, 0x61],
      ['text', false, true, 0x62],
    ],
  );
});

test('enforces the limits of its options (§10.4)', async () => {
  const error: unknown = await piped(new MessageAssemblerStream({ maxMessageBytes: 1 }), ...frames).catch(
    reason => reason,
  );
  assert.is((error as { closeCode: number }).closeCode, 1009);
});

test.run();
