import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Frame } from '../../lib/frames/frame-part.ts';
import { MessageFragmenter } from '../../lib/messages/message-fragmenter.ts';
import type { MessageType, OutgoingPart } from '../../lib/messages/message-part.ts';
import { counted, fromHex, hex } from '../support/bytes.ts';
import { through } from '../support/reading.ts';

const test = suite('MessageFragmenter');

function part(
  type: MessageType,
  payload: Uint8Array | string,
  fields: Partial<OutgoingPart> = {},
): OutgoingPart {
  return { type, compressed: false, first: true, last: true, payload, ...fields };
}

/** Returns frames as `fin rsv1 opcode: payload`, with text in quotes. */
function shown(frames: Frame[]): string[] {
  return frames.map(
    ({ fin, rsv1, opcode, payload }) =>
      `${fin ? 'fin ' : ''}${rsv1 ? 'rsv1 ' : ''}${opcode}: ${typeof payload === 'string' ? `'${payload}'` : hex(payload)}`,
  );
}

const fragmented = (maxFrameBytes: number | undefined, ...parts: OutgoingPart[]) =>
  shown(through(new MessageFragmenter({ maxFrameBytes }), ...parts));

test('maps each type to its opcode (§5.2)', () => {
  const all = (['text', 'binary', 'close', 'ping', 'pong'] as const).map(type => part(type, fromHex('61')));
  assert.equal(fragmented(undefined, ...all), [
    'fin 1: 61',
    'fin 2: 61',
    'fin 8: 61',
    'fin 9: 61',
    'fin 10: 61',
  ]);
});

test('emits one frame for each part without a limit, and copies nothing', () => {
  const payload = counted(100_000);
  const [frame, ...more] = through(new MessageFragmenter(), part('binary', payload));
  assert.equal(more, []);
  assert.is(frame!.payload, payload);
  assert.equal(fragmented(undefined, part('text', 'Hello'), part('text', ''), part('binary', fromHex(''))), [
    "fin 1: 'Hello'",
    "fin 1: ''",
    'fin 2: ',
  ]);
});

test('continues a message that is written in parts (§5.4)', () => {
  assert.equal(
    fragmented(
      undefined,
      part('text', 'a', { last: false }),
      part('text', 'b', { first: false, last: false }),
      part('ping', fromHex('70')),
      part('text', 'c', { first: false }),
      part('text', 'd'),
    ),
    ["1: 'a'", "0: 'b'", 'fin 9: 70', "fin 0: 'c'", "fin 1: 'd'"],
  );
});

test('emits no frame for an empty part in the middle, and one for an empty first or last part', () => {
  assert.equal(
    fragmented(
      5,
      part('text', '', { last: false }),
      part('text', '', { first: false, last: false }),
      part('text', '', { first: false }),
      part('binary', fromHex(''), { last: false }),
      part('binary', fromHex(''), { first: false, last: false }),
      part('binary', fromHex(''), { first: false }),
    ),
    ["1: ''", "fin 0: ''", '2: ', 'fin 0: '],
  );
});

test('splits a part into frames of the limit, the last one with the rest (§5.4)', () => {
  assert.equal(fragmented(3, part('binary', fromHex('0102030405060708'))), [
    '2: 010203',
    '0: 040506',
    'fin 0: 0708',
  ]);
  assert.equal(fragmented(3, part('binary', fromHex('010203'))), ['fin 2: 010203']);
  assert.equal(fragmented(3, part('binary', fromHex('010203040506'))), ['2: 010203', 'fin 0: 040506']);
  assert.equal(fragmented(3, part('binary', fromHex('01020304'))), ['2: 010203', 'fin 0: 04']);
  assert.equal(fragmented(1, part('binary', fromHex('0102'))), ['2: 01', 'fin 0: 02']);
});

test('splits 65,536 bytes at 1300 into 51 frames (Autobahn 10.1.1)', () => {
  const frames = through(new MessageFragmenter({ maxFrameBytes: 1300 }), part('binary', counted(65_536)));
  assert.equal(
    frames.map(frame => frame.payload.length),
    [...new Array(50).fill(1300), 536],
  );
  assert.is(hex(Buffer.concat(frames.map(frame => frame.payload as Uint8Array))), hex(counted(65_536)));
});

test('splits parts that continue or do not end a message the same way', () => {
  assert.equal(
    fragmented(
      2,
      part('binary', fromHex('010203'), { last: false }),
      part('binary', fromHex('040506'), { first: false, last: false }),
      part('binary', fromHex('070809'), { first: false }),
    ),
    ['2: 0102', '0: 03', '0: 0405', '0: 06', '0: 0708', 'fin 0: 09'],
  );
});

test('measures text in bytes, and may split inside a character (§5.6)', () => {
  assert.equal(fragmented(3, part('text', 'a')), ["fin 1: 'a'"]);
  assert.equal(fragmented(6, part('text', 'aé')), ["fin 1: 'aé'"]);
  assert.equal(fragmented(5, part('text', 'aé')), ['fin 1: 61c3a9']);
  assert.equal(fragmented(2, part('text', 'aé')), ['1: 61c3', 'fin 0: a9']);
  assert.equal(fragmented(3, part('text', '€€')), ['1: e282ac', 'fin 0: e282ac']);
  assert.equal(fragmented(2, part('text', '\ud800')), ['1: efbf', 'fin 0: bd']);
});

test('never splits a control frame (§5.5)', () => {
  const controls = (['close', 'ping', 'pong'] as const).map(type => part(type, fromHex('61626364')));
  assert.equal(
    fragmented(1, part('text', 'ab', { last: false }), ...controls, part('text', 'c', { first: false })),
    ['1: 61', '0: 62', 'fin 8: 61626364', 'fin 9: 61626364', 'fin 10: 61626364', 'fin 0: 63'],
  );
});

test('sets RSV1 only on the first frame of a compressed message (RFC 7692 §6)', () => {
  const compressed = true;
  assert.equal(
    fragmented(
      2,
      part('text', fromHex('010203'), { compressed, last: false }),
      part('text', fromHex('0405'), { compressed, first: false }),
      part('text', fromHex('06')),
    ),
    ['rsv1 1: 0102', '0: 03', 'fin 0: 0405', 'fin 1: 06'],
  );
});

test('returns undefined after its last output, and may end at any time', () => {
  const fragmenter = new MessageFragmenter({ maxFrameBytes: 2 });
  assert.is(fragmenter.read(), undefined);
  through(fragmenter, part('binary', fromHex('010203')));
  assert.is(fragmenter.read(), undefined);
  assert.is(fragmenter.read(), undefined);
  fragmenter.close();
});

test('rejects invalid options', () => {
  for (const maxFrameBytes of [0, -1, 1.5, NaN]) {
    assert.throws(
      () => new MessageFragmenter({ maxFrameBytes }),
      (error: unknown) => error instanceof RangeError && error.message.startsWith('maxFrameBytes'),
    );
  }
});

test.run();
