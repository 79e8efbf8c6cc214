import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Role } from '../../lib/base/role.ts';
import { FrameEncoder } from '../../lib/frames/frame-encoder.ts';
import type { Frame } from '../../lib/frames/frame-part.ts';
import type { RandomBytes } from '../../lib/frames/masking-keys.ts';
import { Opcode } from '../../lib/frames/opcode.ts';
import { seededKeys } from '../../lib/testing/seeded-keys.ts';
import { counted, disguises, fromHex, hex, sameKey } from '../support/bytes.ts';
import { heldBytes } from '../support/memory.ts';
import { framesWith, fromMaskingClient, fromServer, utf8Hex } from '../support/named-frames.ts';
import { readAll, through, thrownBy } from '../support/reading.ts';
import { utf8 } from '../support/utf8.ts';

const test = suite('FrameEncoder');

const rfcKey = sameKey('37fa213d');
const server = () => new FrameEncoder({ role: 'server' });
const client = (randomBytes: RandomBytes = rfcKey) => new FrameEncoder({ role: 'client', randomBytes });

const binary = (payload: Uint8Array): Frame => ({ opcode: Opcode.Binary, fin: true, rsv1: false, payload });
const text = (payload: string): Frame => ({ opcode: Opcode.Text, fin: true, rsv1: false, payload });

/** Returns all bytes of these frames, written together. */
function encoded(encoder: FrameEncoder, ...frames: Frame[]): string {
  return hex(Buffer.concat(through(encoder, frames)));
}

test('writes the examples of the RFC (§5.7)', () => {
  const hello = fromHex('48656c6c6f');
  assert.is(encoded(server(), text('Hello')), '810548656c6c6f');
  assert.is(encoded(client(), text('Hello')), '818537fa213d7f9f4d5158');
  assert.is(encoded(server(), { ...text('Hel'), fin: false }), '010348656c');
  assert.is(encoded(server(), { ...text('lo'), opcode: Opcode.Continuation }), '80026c6f');
  assert.is(encoded(server(), { ...binary(hello), opcode: Opcode.Ping }), '890548656c6c6f');
  assert.is(encoded(client(), { ...binary(hello), opcode: Opcode.Pong }), '8a8537fa213d7f9f4d5158');
  assert.is(encoded(server(), { ...binary(fromHex('f248cd')), rsv1: true, fin: false }), '4203f248cd');
});

test('writes every combination of the bits of the first byte (§5.2)', () => {
  for (const opcode of [0, 1, 2, 8, 9, 10] as const) {
    for (const fin of [false, true]) {
      for (const rsv1 of [false, true]) {
        const byte0 = (fin ? 128 : 0) + (rsv1 ? 64 : 0) + opcode;
        const frame = encoded(server(), { opcode, fin, rsv1, payload: fromHex('') });
        assert.is(frame, hex(Uint8Array.of(byte0, 0)));
      }
    }
  }
});

const lengths: [length: number, unmasked: string, masked: string][] = [
  [0, '00', '80'],
  [1, '01', '81'],
  [125, '7d', 'fd'],
  [126, '7e007e', 'fe007e'],
  [127, '7e007f', 'fe007f'],
  [256, '7e0100', 'fe0100'],
  [4095, '7e0fff', 'fe0fff'],
  [16_383, '7e3fff', 'fe3fff'],
  [16_384, '7e4000', 'fe4000'],
  [65_535, '7effff', 'feffff'],
  [65_536, '7f0000000000010000', 'ff0000000000010000'],
  [70_000, '7f0000000000011170', 'ff0000000000011170'],
];

test('writes each length in its shortest form for bytes, masked or not (§5.2; attack 30)', () => {
  for (const [length, plain, behindMaskBit] of lengths) {
    const payload = counted(length);
    assert.is(encoded(server(), binary(payload)), `82${plain}${hex(payload)}`, String(length));
    const masked = encoded(client(), binary(payload));
    assert.ok(masked.startsWith(`82${behindMaskBit}37fa213d`), String(length));
    assert.is(masked, fromMaskingClient.binary(payload), String(length));
    assert.is(hex(payload), hex(counted(length)), 'the bytes of the caller are unchanged');
  }
});

test('writes each length in its shortest form for text, masked or not', () => {
  for (const [length, plain, behindMaskBit] of lengths) {
    const payload = new Uint8Array(length).fill(0x61);
    assert.is(encoded(server(), text('a'.repeat(length))), `81${plain}${hex(payload)}`, String(length));
    const masked = encoded(client(), text('a'.repeat(length)));
    assert.ok(masked.startsWith(`81${behindMaskBit}37fa213d`), String(length));
    assert.is(masked, fromMaskingClient.text(payload), String(length));
  }
});

test('counts text in bytes, not in characters (attack 31)', () => {
  for (const [characters, header] of [
    ['é'.repeat(62), '817c'],
    ['é'.repeat(63), '817e007e'],
    ['é'.repeat(125), '817e00fa'],
    [`${'é'.repeat(62)}a`, '817d'],
    ['€'.repeat(42), '817e007e'],
    ['𝄞'.repeat(32), '817e0080'],
    ['€'.repeat(1365), '817e0fff'],
    ['€'.repeat(1366), '817e1002'],
    ['é'.repeat(8192), '817e4000'],
    ['€'.repeat(21_845), '817effff'],
    ['é'.repeat(32_768), '817f0000000000010000'],
  ] as const) {
    const payload = utf8(characters);
    assert.is(encoded(server(), text(characters)), header + hex(payload), header);
    assert.is(encoded(client(), text(characters)), fromMaskingClient.text(payload), header);
  }
});

test('writes a lone surrogate as U+FFFD (attack 88)', () => {
  assert.is(encoded(server(), text('\ud800')), fromServer.text('\ufffd'));
  assert.is(encoded(server(), text('a\udc00b')), fromServer.text('a\ufffdb'));
  const [header, payload] = through(server(), text('\ud800'.repeat(20_000)));
  assert.is(hex(header!), fromServer.text('', { declared: 60_000 }));
  assert.is(hex(payload!), utf8Hex('\ufffd'.repeat(20_000)));
});

test('writes lengths of 2^32 and of 2^53 - 1 (attack 30)', () => {
  for (const [length, header] of [
    [2 ** 31, '827f0000000080000000'],
    [2 ** 32 - 1, '827f00000000ffffffff'],
    [2 ** 32, '827f0000000100000000'],
    [2 ** 53 - 1, '827f001fffffffffffff'],
  ] as const) {
    const encoder = server();
    encoder.write(binary({ length } as Uint8Array));
    assert.is(hex(encoder.read()!), header);
  }
});

test('encodes bytes at any offset of a larger buffer, and those of a Buffer (attack 34)', () => {
  for (const payload of disguises(fromHex('48656c6c6f'))) {
    assert.is(encoded(server(), binary(payload)), '820548656c6c6f');
    assert.is(encoded(client(), binary(payload)), '828537fa213d7f9f4d5158');
  }
});

test('masks every frame with a different key, also empty ones (§5.3; attack 82)', () => {
  const asked: number[] = [];
  let next = 0;
  const encoder = client(byteLength => {
    asked.push(byteLength);
    return Uint8Array.from({ length: byteLength }, () => ++next);
  });
  const frames = [
    binary(fromHex('')),
    text(''),
    { ...binary(fromHex('00')), opcode: Opcode.Ping },
    text('a'),
  ];
  assert.is(
    encoded(encoder, ...frames),
    framesWith(fromHex('01020304')).binary() +
      framesWith(fromHex('05060708')).text() +
      framesWith(fromHex('090a0b0c')).ping('\0') +
      framesWith(fromHex('0d0e0f10')).text('a'),
  );
  assert.equal(asked, [64]);
});

test('requests no key and no Math.random() if it does not mask (§5.1)', () => {
  const never: RandomBytes = () => assert.unreachable('a key was requested') as never;
  assert.is(
    encoded(new FrameEncoder({ role: 'server', randomBytes: never }), text('a')),
    fromServer.text('a'),
  );
});

test('uses no other source of keys than randomBytes (attack 81)', () => {
  const { random } = Math;
  Math.random = () => assert.unreachable('Math.random was called') as never;
  try {
    assert.is(encoded(client(), text('Hello')), '818537fa213d7f9f4d5158');
  } finally {
    Math.random = random;
  }
});

test('throws a TypeError for a client without a source of keys', () => {
  for (const randomBytes of [undefined, null, 4, 'random']) {
    assert.throws(
      () => new FrameEncoder({ role: 'client', randomBytes: randomBytes as never }),
      (error: unknown) =>
        error instanceof TypeError && error.message.startsWith('randomBytes must be a function'),
    );
  }
  assert.throws(
    () => new FrameEncoder({ role: 'peer' as Role }),
    (error: unknown) => error instanceof TypeError,
  );
});

test('throws if the source returns the wrong number of bytes, and emits nothing', () => {
  for (const length of [0, 4, 63, 65]) {
    const encoder = client(() => new Uint8Array(length));
    encoder.write(text('a'));
    const error = thrownBy(() => encoder.read()) as Error;
    assert.is(error.message, `randomBytes must return 64 bytes (got ${length})`);
  }
});

test('throws the error of its source, loses no frame, and can be read again (attack 81)', () => {
  for (const payload of ['a', 'a'.repeat(20_000)]) {
    const failure = new Error('no entropy');
    let left = 1;
    const encoder = client(byteLength => {
      if (left-- === 0) throw failure;
      return rfcKey(byteLength);
    });
    through(encoder, ...Array.from({ length: 15 }, () => text('')));
    encoder.write([text('Hello'), text(payload), text('Hello')]);
    assert.is(
      thrownBy(() => encoder.read()),
      failure,
    );
    const bytes = hex(Buffer.concat(readAll(encoder)));
    assert.is(bytes, encoded(client(), text('Hello'), text(payload), text('Hello')));
  }
});

test('emits one chunk for frames that were written together', () => {
  const encoder = server();
  const chunks = through(encoder, [text('a'), binary(fromHex('62')), text('€'), text('')]);
  assert.equal(chunks.map(hex), [
    fromServer.text('a') + fromServer.binary('b') + fromServer.text('€') + fromServer.text(),
  ]);
  assert.equal(through(encoder, text('a'), text('b')).map(hex), [fromServer.text('a'), fromServer.text('b')]);
  assert.equal(through(encoder, []), []);
  assert.is(encoder.read(), undefined);
  encoder.close();
});

test('completes a chunk with the frame that brings it to 64 KiB', () => {
  for (const [payloadBytes, frames, chunks] of [
    [16_380, 5, [4, 1]],
    [16_379, 9, [5, 4]],
    [100, 1000, [643, 357]],
    [10, 6000, [5462, 538]],
  ] as const) {
    for (const make of [() => binary(counted(payloadBytes)), () => text('a'.repeat(payloadBytes))]) {
      const sizes = through(server(), Array.from({ length: frames }, make)).map(
        chunk => chunk.length / (payloadBytes + (payloadBytes < 126 ? 2 : 4)),
      );
      assert.equal(sizes, chunks);
    }
  }
});

test('pins no more memory with a chunk than its own, or a slab', () => {
  const cases: Frame[][] = [
    [text('a'), binary(counted(100_000))],
    [binary(counted(100_000)), text('a')],
    [text('a'), text('b'.repeat(20_000))],
    [text('a'), text('漢'.repeat(16_383))],
    Array.from({ length: 400 }, (_, i) => text(i % 2 === 0 ? 'ok' : '漢'.repeat(6000))),
    Array.from({ length: 100 }, () => text('a'.repeat(1000))),
    Array.from({ length: 40 }, () => text('a'.repeat(10_000))),
    Array.from({ length: 100 }, () => binary(counted(1000))),
  ];
  for (const frames of cases) {
    for (const make of [server, client]) {
      for (const chunk of through(make(), frames)) {
        const pinned = chunk.buffer.byteLength - chunk.length;
        assert.ok(pinned <= Math.max(8192, chunk.length / 16), `${pinned} besides ${chunk.length}`);
      }
    }
  }
});

test('emits a large frame of a client as a chunk of its own, to avoid a second copy', () => {
  const frames = [text('a'), binary(counted(16_383)), binary(counted(16_384)), text('b'), text('c')];
  assert.equal(
    through(client(), frames).map(chunk => chunk.length),
    [7 + 8 + 16_383, 8 + 16_384, 14],
  );
});

test('keeps its bytes apart from those of an encoder that its source of keys uses', () => {
  const inner = client();
  const outer = client(byteLength => {
    encoded(inner, text('inner'), text('inner'));
    return rfcKey(byteLength);
  });
  const frames = Array.from({ length: 20 }, () => text('outer'));
  assert.is(encoded(outer, ...frames), encoded(client(), ...frames));
});

test('looks ahead no further than a chunk may reach', () => {
  const looked = new Set<number>();
  const large = counted(16_384);
  const frames = Array.from({ length: 1000 }, (_, i) => ({
    ...binary(large),
    get payload() {
      looked.add(i);
      return i % 2 === 0 ? large.subarray(0, 10) : large;
    },
  }));
  const encoder = server();
  encoder.write(frames);
  assert.is(encoder.read()!.length, 12 + 4);
  assert.equal([...looked], [0, 1]);
});

test('writes the same bytes for any grouping of frames', () => {
  for (const make of [server, () => client(seededKeys(1))]) {
    const payloads = [0, 1, 125, 126, 16_383, 16_384, 30_000, 65_535, 65_536, 2, 40_000, 40_000, 3];
    const frames = payloads.flatMap(length => [binary(counted(length)), text('é'.repeat(length))]);
    const apart = hex(Buffer.concat(through(make(), ...frames)));
    assert.is(encoded(make(), ...frames), apart);
  }
});

test('does not copy an unmasked payload of 16 KiB, and ends the chunk before it with its header', () => {
  const large = counted(16_384);
  const chunks = through(server(), [text('a'), binary(large), text('b'), binary(counted(16_383))]);
  assert.equal(chunks.slice(0, 1).map(hex), [
    fromServer.text('a') + fromServer.binary('', { declared: 16_384 }),
  ]);
  assert.is(chunks[1], large);
  assert.is(chunks.length, 3);
  assert.is(hex(chunks[2]!), fromServer.text('b') + fromServer.binary(counted(16_383)));
});

test('copies every payload of a client, and never masks it in place (attack 57)', () => {
  const large = counted(100_000);
  const [chunk, ...more] = through(client(), binary(large));
  assert.equal(more, []);
  assert.is(chunk!.length, 14 + 100_000);
  assert.is(hex(large), hex(counted(100_000)));
});

test('does not copy long text a second time', () => {
  for (const encoder of [server(), client()]) {
    const chunks = through(encoder, [text('a'.repeat(16_384)), text('b'.repeat(16_383))]);
    assert.is(chunks.length, 3);
    assert.is(chunks[1]!.length, 16_384);
  }
});

test('never changes a chunk after it was emitted, and emits none twice', () => {
  const encoder = client(seededKeys(2));
  const chunks: Uint8Array[] = [];
  const copies: string[] = [];
  for (let length = 0; length < 3000; length += 37) {
    for (const chunk of through(encoder, [binary(counted(length)), text('é'.repeat(length))])) {
      chunks.push(chunk);
      copies.push(hex(chunk));
    }
  }
  assert.equal(chunks.map(hex), copies);
});

test('encodes nothing before a read', () => {
  let asked = 0;
  const encoder = client(byteLength => {
    asked++;
    return rfcKey(byteLength);
  });
  encoder.write([text('a'), text('b')]);
  assert.is(asked, 0);
  encoder.read();
  assert.is(asked, 1);
});

test('holds no large memory after a message', () => {
  for (const make of [server, client]) {
    const held = heldBytes(() =>
      Array.from({ length: 10 }, () => {
        const encoder = make();
        through(encoder, [
          text('a'.repeat(1000)),
          binary(new Uint8Array(1_000_000)),
          text('b'.repeat(100_000)),
        ]);
        through(
          encoder,
          Array.from({ length: 100 }, () => text('€'.repeat(1000))),
        );
        return encoder;
      }),
    );
    assert.ok(held < 10 * 16_384, `${held} bytes for 10 encoders`);
  }
});

test.run();
