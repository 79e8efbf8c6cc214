import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Role } from '../../lib/base/role.ts';
import { FrameDecoder, type FrameDecoderOptions } from '../../lib/frames/frame-decoder.ts';
import type { FramePart } from '../../lib/frames/frame-part.ts';
import { runCuts } from '../../lib/testing/run-cuts.ts';
import { assertRefuses, assertSpent, assertViolation, type Violation } from '../support/assert-violation.ts';
import { counted, disguises, fromHex, hex } from '../support/bytes.ts';
import { hello } from '../support/deflate-blocks.ts';
import { heldBytes } from '../support/memory.ts';
import { fromClient, fromMaskingClient, fromServer, utf8Hex } from '../support/named-frames.ts';
import { readAll, through, thrownBy } from '../support/reading.ts';
import * as violations from '../support/violations.ts';

const test = suite('FrameDecoder');

const client = (options: Partial<FrameDecoderOptions> = {}) =>
  new FrameDecoder({ role: 'client', ...options });
const server = (options: Partial<FrameDecoderOptions> = {}) =>
  new FrameDecoder({ role: 'server', ...options });

/** Returns the frames of the parts, each as `fin rsv1 opcode length: payload`; an incomplete one ends with `…`. */
function frames(parts: FramePart[]): string[] {
  const frames: string[] = [];
  let open = false;
  for (const { fin, rsv1, opcode, payloadBytes, first, last, payload } of parts) {
    const head = `${fin ? 'fin ' : ''}${rsv1 ? 'rsv1 ' : ''}${opcode} ${payloadBytes}:`;
    assert.is(first, !open, 'a frame starts where the last one has ended');
    if (first) frames.push(head);
    assert.ok(frames.at(-1)!.startsWith(head), 'all parts of a frame have the same header');
    frames.push(`${frames.pop()!.replace('…', '')}${hex(payload)}${last ? '' : '…'}`);
    open = !last;
  }
  return frames;
}

/** Frames, most of them examples of RFC 6455 §5.7, and their decoded form. */
const streams: [role: Role, wire: string, frames: string[]][] = [
  ['client', '8105 48656c6c6f', ['fin 1 5:48656c6c6f']],
  ['server', '8185 37fa213d 7f9f4d5158', ['fin 1 5:48656c6c6f']],
  ['client', '0103 48656c 8002 6c6f', ['1 3:48656c', 'fin 0 2:6c6f']],
  ['client', '8905 48656c6c6f', ['fin 9 5:48656c6c6f']],
  ['server', '8a85 37fa213d 7f9f4d5158', ['fin 10 5:48656c6c6f']],
  [
    'client',
    '8100 8200 8900 8a00 8000 0000',
    ['fin 1 0:', 'fin 2 0:', 'fin 9 0:', 'fin 10 0:', 'fin 0 0:', '0 0:'],
  ],
  ['server', '8180 37fa213d 8980 00000000', ['fin 1 0:', 'fin 9 0:']],
  ['client', '827d 61*125', [`fin 2 125:${'61'.repeat(125)}`]],
  ['client', '827e 007e 61*126', [`fin 2 126:${'61'.repeat(126)}`]],
  ['server', fromMaskingClient.binary(new Uint8Array(128)), [`fin 2 128:${'00'.repeat(128)}`]],
  ['client', '897d fe*125 8a7d 00*125', [`fin 9 125:${'fe'.repeat(125)}`, `fin 10 125:${'00'.repeat(125)}`]],
  ['client', '8802 03e8', ['fin 8 2:03e8']],
  ['client', '8800', ['fin 8 0:']],
  ['client', '0101 61 8900 8001 62', ['1 1:61', 'fin 9 0:', 'fin 0 1:62']],
  ['client', '8a10 5f5f646566696e654765747465725f5f', ['fin 10 16:5f5f646566696e654765747465725f5f']],
];
test('reads frames whole, byte by byte, and split at every offset (§5.2, §5.7)', () => {
  for (const [role, wire, expected] of streams) {
    const outcome = runCuts(() => new FrameDecoder({ role }), fromHex(wire), frames);
    assert.equal(outcome, { outputs: expected }, wire);
  }
});

test('leaves the bytes after a frame to the next frame', () => {
  for (const [role, wire, expected] of streams.filter(([, wire]) => !wire.startsWith('88'))) {
    const next = role === 'client' ? fromServer.binary('z') : fromClient.binary('z');
    const outcome = runCuts(() => new FrameDecoder({ role }), fromHex(`${wire} ${next}`), frames);
    assert.equal(outcome, { outputs: [...expected, 'fin 2 1:7a'] }, wire);
  }
});

test('reads bytes at any offset of a larger buffer, and those of a Buffer (attack 34)', () => {
  for (const [role, wire, expected] of streams) {
    for (const bytes of disguises(fromHex(wire))) {
      assert.equal(frames(through(new FrameDecoder({ role }), bytes)), expected, wire);
      const cuts = Array.from(bytes, (_, i) => bytes.subarray(i, i + 1));
      assert.equal(frames(through(new FrameDecoder({ role }), ...cuts)), expected, `${wire}, cut`);
    }
  }
});

test('outputs plain views of a Buffer, because its slice does not copy', () => {
  const decoder = new FrameDecoder({ role: 'client', ownsInput: true });
  const wire = Buffer.from(fromHex('8105 48656c6c6f 8901 61 8103 6162'));
  for (const part of through(decoder, wire)) {
    assert.is(Object.getPrototypeOf(part.payload), Uint8Array.prototype);
    assert.is(part.payload.buffer, wire.buffer);
  }
});

test('is exhausted after the last byte of a chunk', () => {
  const decoder = client();
  assert.ok(decoder.exhausted);
  decoder.write(fromHex('8101 61 8101 62'));
  assert.not(decoder.exhausted);
  decoder.read();
  assert.not(decoder.exhausted);
  decoder.read();
  assert.ok(decoder.exhausted);
  decoder.write(fromHex('8102 61'));
  decoder.read();
  assert.ok(decoder.exhausted);
});

test('decodes other views of bytes, and rejects anything else', () => {
  const wire = fromHex('8105 48656c6c6f 00');
  assert.equal(frames(through(client(), new DataView(wire.buffer, 0, 7) as never)), ['fin 1 5:48656c6c6f']);
  assert.throws(
    () => client().write('8105' as never),
    (error: unknown) => error instanceof TypeError,
  );
});

test('decodes frames around every border of the length forms, with long payloads split anywhere', () => {
  for (const length of [65_535, 65_536]) {
    const payload = counted(length);
    const wire = fromHex(fromMaskingClient.binary(payload));
    for (const cut of [1, 2, 9, 13, 14, 15, 16, 17, 18, 19, 1000, 32_767, wire.length - 1, wire.length]) {
      const parts = through(server(), wire.subarray(0, cut), wire.subarray(cut));
      assert.is(hex(Buffer.concat(parts.map(part => part.payload))), hex(payload), `${length} cut at ${cut}`);
      assert.is(parts.at(-1)!.last, true);
    }
  }
});

test('emits a part as soon as the header is complete, without payload', () => {
  const decoder = server();
  assert.equal(through(decoder, fromHex('82ff 0000000000010000 37fa21')), []);
  const [part, ...more] = through(decoder, fromHex('3d'));
  assert.equal(more, []);
  const { payload, ...fields } = part!;
  assert.equal(fields, { opcode: 2, fin: true, rsv1: false, payloadBytes: 65_536, first: true, last: false });
  assert.is(payload.length, 0);
});

test('emits payload as it arrives, each byte unmasked by its position in the frame (§5.3)', () => {
  const decoder = server();
  const parts = through(decoder, fromHex('8285 37fa213d 7f'), fromHex('9f'), fromHex('4d51'), fromHex('58'));
  assert.equal(
    parts.map(({ first, last, payload }) => [hex(payload), first, last]),
    [
      ['48', true, false],
      ['65', false, false],
      ['6c6c', false, false],
      ['6f', false, true],
    ],
  );
});

test('emits a control frame whole, for any cut (§5.5)', () => {
  const decoder = server();
  const wire = fromHex(fromMaskingClient.ping('Hello'));
  for (let i = 0; i < wire.length - 1; i++) assert.equal(through(decoder, wire.subarray(i, i + 1)), []);
  const [ping] = through(decoder, wire.subarray(wire.length - 1));
  assert.equal(
    { ...ping!, payload: hex(ping!.payload) },
    {
      opcode: 9,
      fin: true,
      rsv1: false,
      payloadBytes: 5,
      first: true,
      last: true,
      payload: '48656c6c6f',
    },
  );
});

test('returns undefined repeatedly until more bytes arrive', () => {
  for (const wire of [fromServer.text('Hello'), fromServer.ping('Hello'), fromServer.text('a'.repeat(126))]) {
    const bytes = fromHex(wire);
    for (let cut = 0; cut < bytes.length; cut++) {
      const decoder = client();
      const parts = through(decoder, bytes.subarray(0, cut));
      for (let i = 0; i < 3; i++) assert.is(decoder.read(), undefined);
      assert.equal(through(decoder, fromHex('')), []);
      parts.push(...through(decoder, bytes.subarray(cut)));
      assert.is(decoder.read(), undefined);
      assert.equal(frames(parts), frames(through(client(), bytes)), `${wire} cut at ${cut}`);
    }
  }
});

test('decodes nothing before a read', () => {
  const decoder = client();
  decoder.write(fromHex(fromServer.text('a') + fromServer.frame(3)));
  assert.is(hex(decoder.read()!.payload), '61');
  assertViolation(
    thrownBy(() => decoder.read()),
    violations.reservedOpcode,
  );
});

test('decodes a million empty frames in one chunk (attack 20)', () => {
  const decoder = client();
  decoder.write(new Uint8Array(2_000_000).map((_, i) => (i % 2 === 0 ? 0x81 : 0)));
  let count = 0;
  while (decoder.read() !== undefined) count++;
  assert.is(count, 1_000_000);
});

const refused: [wire: string, violation: Violation][] = [
  ['9100', violations.rsv23],
  ['a100', violations.rsv23],
  ['c107 f248cdc9c90700', violations.rsv1Unagreed],
  ['8300', violations.reservedOpcode],
  ['8b00', violations.reservedOpcode],
  ['8185 37fa213d 7f9f4d5158', violations.maskedFrame],
  ['0900', violations.fragmentedControl],
  ['0800', violations.fragmentedControl],
  ['0a00', violations.fragmentedControl],
  ['897e007e', violations.longControl],
  ['8a7e007e', violations.longControl],
  ['887e007e', violations.longControl],
  ['817e0005 48656c6c6f', violations.longerLength],
  ['817f0000000000000005 48656c6c6f', violations.longerLength],
  ['827e007d', violations.longerLength],
  ['827f000000000000ffff', violations.longerLength],
  ['827fffffffffffffffff', violations.longerLength],
  ['827f8000000000000000', violations.longerLength],
  ['827f0020000000000000', violations.frameTooBig(2 ** 53, 2 ** 53 - 1)],
  ['827f7fffffffffffffff', violations.frameTooBig(2 ** 63, 2 ** 53 - 1)],
];

test('rejects a header that violates a rule, for any cut, and emits the frames before it (§5.2, §5.5)', () => {
  for (const [wire, violation] of refused) {
    const { outputs, error } = runCuts(() => client(), fromHex(`8101 61 ${wire} 8101 62`), frames);
    assert.equal(outputs, ['fin 1 1:61'], wire);
    assertViolation(error, violation, wire);
    assertRefuses(client(), fromHex(wire), violation, wire);
  }
});

test('rejects as soon as the header is complete, without payload (attack 1)', () => {
  assertRefuses(
    client({ maxFrameBytes: 100 }),
    fromHex(fromServer.binary('', { declared: 128 })),
    violations.frameTooBig(128, 100),
  );
  const huge = fromHex(fromServer.binary('', { declared: 2 ** 28 }));
  assertRefuses(client({ maxFrameBytes: 2 ** 20 }), huge, violations.frameTooBig(2 ** 28, 2 ** 20));
  assertRefuses(server(), fromHex(fromServer.text('a')), violations.unmaskedFrame);
});

test('throws nothing but WebSocketError for every first byte, in either role, with and without RSV1 (attack 44)', () => {
  for (const role of ['client', 'server'] as const) {
    for (const rsv1 of [false, true]) {
      for (let byte = 0; byte < 256; byte++) {
        const decoder = new FrameDecoder({ role, rsv1 });
        decoder.write(Uint8Array.of(byte, role === 'server' ? 0x80 : 0, 0, 0, 0, 0));
        try {
          readAll(decoder);
        } catch (error) {
          assert.is((error as Error).name, 'WebSocketError');
          assert.is((error as { closeCode: number }).closeCode, 1002);
        }
      }
    }
  }
});

test('accepts RSV1 only on the first frame of a message, and only if it was negotiated (RFC 7692 §6)', () => {
  const deflating = () => client({ rsv1: true });
  assert.equal(frames(through(deflating(), fromHex(fromServer.text(hello.fixed, { rsv1: true })))), [
    `fin rsv1 1 7:${hex(hello.fixed)}`,
  ]);
  assert.equal(frames(through(deflating(), fromHex(fromServer.binary('', { fin: false, rsv1: true })))), [
    'rsv1 2 0:',
  ]);
  for (const wire of [
    fromServer.continuation(hello.fixed.subarray(2, 5), { rsv1: true }),
    fromServer.continuation('', { fin: false, rsv1: true }),
    fromServer.ping('', { rsv1: true }),
    fromServer.pong('', { rsv1: true }),
    fromServer.close(1000, '', { rsv1: true }),
  ]) {
    assertRefuses(deflating(), fromHex(wire), violations.rsv1Misplaced, wire);
  }
  assertRefuses(deflating(), fromHex('e100'), violations.rsv23);
});

test('accepts a frame of exactly the limit, in either length form, and rejects one byte more (§10.4)', () => {
  for (const [limit, at, beyond] of [
    [5, fromServer.binary('aaaaa'), fromServer.binary('', { declared: 6 })],
    [125, fromServer.binary('a'.repeat(125)), fromServer.binary('', { declared: 126 })],
    [126, fromServer.binary('a'.repeat(126)), fromServer.binary('', { declared: 127 })],
  ] as const) {
    assert.is(through(client({ maxFrameBytes: limit }), fromHex(at))[0]!.payload.length, limit);
    assertRefuses(
      client({ maxFrameBytes: limit }),
      fromHex(beyond),
      violations.frameTooBig(limit + 1, limit),
    );
  }
});

test('reads lengths above 2^31 and 2^32 correctly (attacks 26 and 30)', () => {
  for (const [wire, length] of [
    ['827f 0000000080000000', 2 ** 31],
    ['827f 00000000ffffffff', 2 ** 32 - 1],
    ['827f 0000000100000000', 2 ** 32],
    ['827f 0000000100000005', 2 ** 32 + 5],
    ['827f 001fffffffffffff', 2 ** 53 - 1],
  ] as const) {
    const parts = through(
      client({ maxFrameBytes: Infinity }),
      fromHex(wire + utf8Hex('abcde')),
      fromHex('66'),
    );
    assert.equal(frames(parts), [`fin 2 ${length}:616263646566…`]);
    assertRefuses(
      client({ maxFrameBytes: 2 ** 31 - 1 }),
      fromHex(wire),
      violations.frameTooBig(length, 2 ** 31 - 1),
    );
  }
});

test('drops everything after a Close (§5.5.1; attack 45)', () => {
  for (const rest of [
    fromServer.text('a') + fromServer.ping(),
    fromServer.frame(3),
    'ff*20',
    fromServer.close(1001),
    '81',
  ]) {
    const { outputs, error } = runCuts(() => client(), fromHex(`${fromServer.close(1000)} ${rest}`), frames);
    assert.is(error, undefined, rest);
    assert.equal(outputs, ['fin 8 2:03e8'], rest);
  }
});

test('accepts the end of input between frames only (§7.2.1)', () => {
  for (const wire of ['', fromServer.text('a'), fromServer.text('a', { fin: false }), fromServer.ping()]) {
    const decoder = client();
    through(decoder, fromHex(wire));
    decoder.close();
    decoder.close();
  }
  for (const wire of [
    '81',
    '817e',
    '817e 00',
    '8102 61',
    '817e 007e',
    '8901',
    '8902 61',
    '8802 03',
    '8101 61 81',
  ]) {
    const decoder = client();
    through(decoder, fromHex(wire));
    const error = thrownBy(() => decoder.close());
    assertViolation(error, violations.endInsideFrame, wire);
    assertSpent(decoder, fromHex(fromServer.text('a')), error);
  }
});

test('never changes an input chunk (attack 57)', () => {
  const wire = fromHex(fromMaskingClient.text('Hello') + fromMaskingClient.ping('Hello'));
  const before = hex(wire);
  assert.is(through(server(), wire).length, 2);
  assert.is(hex(wire), before);
});

test('copies masked payloads, so that the chunk may change afterwards', () => {
  for (const length of [1, 100, 5000]) {
    const wire = fromHex(fromMaskingClient.binary(new Uint8Array(length)));
    const [part] = through(server(), wire);
    wire.fill(0xee);
    assert.is(hex(part!.payload), '00'.repeat(length));
  }
});

test('emits unmasked payloads as views of the chunk', () => {
  const wire = fromHex(fromServer.text('abc'));
  const [part] = through(client(), wire);
  assert.is(part!.payload.buffer, wire.buffer);
  assert.is(part!.payload.byteOffset, 2);
});

test('unmasks owned chunks in place, and emits views of them', () => {
  const wire = fromHex(fromMaskingClient.text('Hello') + fromMaskingClient.pong('a'));
  const [text, pong] = through(server({ ownsInput: true }), wire);
  assert.is(text!.payload.buffer, wire.buffer);
  assert.is(hex(text!.payload), '48656c6c6f');
  assert.is(hex(pong!.payload), '61');
  assert.is(hex(wire), '818537fa213d48656c6c6f8a8137fa213d61');
});

test('copies the start of a cut header, so that the chunk may change, even if it is a Buffer (attack 55)', () => {
  for (const make of [(hex: string) => fromHex(hex), (hex: string) => Buffer.from(fromHex(hex))]) {
    const decoder = server();
    const chunk = make('8185 37fa');
    assert.equal(through(decoder, chunk), []);
    chunk.fill(0xee);
    assert.equal(frames(through(decoder, fromHex('213d 7f9f4d5158'))), ['fin 1 5:48656c6c6f']);
  }
});

test('copies the start of a cut control frame', () => {
  const decoder = client();
  const chunk = fromHex('8903 61');
  through(decoder, chunk);
  chunk.fill(0xee);
  assert.equal(frames(through(decoder, fromHex('6263'))), ['fin 9 3:616263']);
});

test('pins no chunk: with a partial header or payload it holds less than 1 KiB (attack 55)', () => {
  for (const wire of [
    '82fe 00',
    fromMaskingClient.binary('a', { declared: 256 }),
    fromMaskingClient.ping('H', { declared: 5 }),
    '8881',
    fromClient.close(),
  ]) {
    const connections = 100;
    const held = heldBytes(() =>
      Array.from({ length: connections }, () => {
        const decoder = server();
        const chunk = Buffer.alloc(65_536);
        const bytes = fromHex(wire);
        chunk.set(bytes);
        through(decoder, chunk.subarray(0, bytes.length));
        return decoder;
      }),
    );
    assert.ok(held < 1024 * connections, `${wire}: ${held} bytes for ${connections} connections`);
  }
});

test('allocates nothing for a declared length (attack 9)', () => {
  const connections = 100;
  const held = heldBytes(() =>
    Array.from({ length: connections }, () => {
      const decoder = client();
      through(decoder, fromHex(fromServer.binary('', { declared: 2 ** 24 - 16 })));
      return decoder;
    }),
  );
  assert.ok(held < 1024 * connections, `${held} bytes for ${connections} connections`);
});

test('emits empty payloads that share no memory, so that one may be transferred away', () => {
  for (const role of ['client', 'server'] as const) {
    const wire = fromHex(role === 'client' ? fromServer.binary() : fromClient.binary());
    const decoder = new FrameDecoder({ role });
    const [part] = through(decoder, wire);
    structuredClone(0, { transfer: [part!.payload.buffer as ArrayBuffer] });
    assert.equal(frames(through(decoder, wire)), ['fin 2 0:']);
    assert.equal(frames(through(new FrameDecoder({ role }), wire)), ['fin 2 0:']);
  }
});

test('rejects invalid options', () => {
  assert.throws(
    () => new FrameDecoder({ role: 'peer' as Role }),
    (error: unknown) => error instanceof TypeError,
  );
  for (const maxFrameBytes of [0, -1, 1.5, NaN]) {
    assert.throws(
      () => client({ maxFrameBytes }),
      (error: unknown) => error instanceof RangeError,
    );
  }
});

test('insideFrame tells whether a frame has started and not ended, at every byte', () => {
  for (const [decoder, wire] of [
    [client(), fromServer.text('abc')],
    [client(), fromServer.binary('a'.repeat(126))],
    [server(), fromClient.ping('ab')],
    [client(), fromServer.close()],
  ] as const) {
    const all = fromHex(wire);
    assert.is(decoder.insideFrame, false);
    for (const [index, byte] of all.entries()) {
      through(decoder, Uint8Array.of(byte));
      assert.is(decoder.insideFrame, index < all.length - 1, `${wire}: ${index}`);
    }
  }
  const failed = client();
  assert.throws(() => through(failed, fromHex(fromServer.frame(3))));
  assert.is(failed.insideFrame, false);
});

test('emits a masked payload in parts of at most 64 KiB, an unmasked one in parts as large as their chunks', () => {
  const payload = counted(200_000);
  for (const ownsInput of [false, true]) {
    const parts = through(server({ ownsInput }), fromHex(fromClient.binary(payload)));
    assert.equal(
      parts.map(part => [part.payload.length, part.first, part.last]),
      [
        [65_536, true, false],
        [65_536, false, false],
        [65_536, false, false],
        [3392, false, true],
      ],
    );
    assert.is(Buffer.compare(Buffer.concat(parts.map(part => part.payload)), payload), 0);
    const [whole] = through(client({ ownsInput }), fromHex(fromServer.binary(payload)));
    assert.is(whole!.payload.length, 200_000);
  }
});

test.run();
