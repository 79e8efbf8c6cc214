import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { fuse } from '../../lib/base/fuse.ts';
import { FrameDecoder } from '../../lib/frames/frame-decoder.ts';
import type { FramePart } from '../../lib/frames/frame-part.ts';
import { MessageAssembler, type MessageAssemblerOptions } from '../../lib/messages/message-assembler.ts';
import type { MessagePart } from '../../lib/messages/message-part.ts';
import { runCuts } from '../../lib/testing/run-cuts.ts';
import { assertRefuses, assertSpent, assertViolation, type Violation } from '../support/assert-violation.ts';
import { fromHex, hex } from '../support/bytes.ts';
import { hello } from '../support/deflate-blocks.ts';
import { heldBytes } from '../support/memory.ts';
import { closeBody, fromServer, utf8Hex } from '../support/named-frames.ts';
import { readAll, through, thrownBy } from '../support/reading.ts';
import * as violations from '../support/violations.ts';

const test = suite('MessageAssembler');

/** A frame as a client's decoder outputs it. */
function frame(opcode: number, payload = '', fields: Partial<FramePart> = {}): FramePart {
  const bytes = fromHex(payload);
  const whole = {
    fin: true,
    rsv1: false,
    payloadBytes: bytes.length,
    first: true,
    last: true,
    payload: bytes,
  };
  return { opcode: opcode as FramePart['opcode'], ...whole, ...fields };
}

/** Decodes message parts from bytes, as a client that has negotiated permessage-deflate. */
const onWire = (options: MessageAssemblerOptions = {}) =>
  fuse(new FrameDecoder({ role: 'client', rsv1: true }), new MessageAssembler(options));

/** Returns the messages of the parts, each as `type[ compressed]: payload`; an incomplete one ends with `…`. */
function messages(parts: MessagePart[]): string[] {
  const messages: string[] = [];
  let open: number | undefined;
  for (const { type, compressed, first, last, payload } of parts) {
    const head = `${type}${compressed ? ' compressed' : ''}:`;
    if (type !== 'text' && type !== 'binary') {
      assert.ok(first && last, 'a control frame is one part');
      messages.push(head + hex(payload));
      continue;
    }
    assert.is(first, open === undefined, 'a message starts where the last one has ended');
    if (first) open = messages.push(`${head}…`) - 1;
    assert.ok(messages[open!]!.startsWith(head), 'all parts of a message have the same type');
    messages[open!] = messages[open!]!.replace('…', `${hex(payload)}${last ? '' : '…'}`);
    if (last) open = undefined;
  }
  return messages;
}

const { text, binary, continuation, ping, pong, close } = fromServer;
const more = { fin: false };

const streams: [wire: string, messages: string[]][] = [
  [text('Hello'), [`text:${utf8Hex('Hello')}`]],
  [text('Hel', more) + continuation('lo'), [`text:${utf8Hex('Hello')}`]],
  [
    binary(Uint8Array.of(0xfe), more) + continuation(Uint8Array.of(0xff), more) + continuation('\x00'),
    ['binary:feff00'],
  ],
  [text('', more) + continuation('', more) + continuation(), ['text:']],
  [text('', more) + continuation('middle', more) + continuation(), [`text:${utf8Hex('middle')}`]],
  [binary(), ['binary:']],
  [text('a', more) + ping('pi') + continuation('b'), ['text:6162', 'ping:7069']],
  [
    text('a', more) + ping() + pong('p') + continuation('', more) + ping() + continuation('b'),
    ['text:6162', 'ping:', 'pong:70', 'ping:'],
  ],
  [pong() + ping() + text('a'), ['pong:', 'ping:', 'text:61']],
  [text('a') + close(1000), ['text:61', `close:${closeBody(1000)}`]],
  [text(hello.fixed, { rsv1: true }), [`text compressed:${hex(hello.fixed)}`]],
  [
    text(hello.fixed.subarray(0, 3), { fin: false, rsv1: true }) +
      ping() +
      continuation(hello.fixed.subarray(3)),
    [`text compressed:${hex(hello.fixed)}`, 'ping:'],
  ],
  [
    text('', { fin: false, rsv1: true }) +
      continuation(hello.fixed.subarray(0, 3), more) +
      continuation('', more) +
      continuation(hello.fixed.subarray(3)),
    [`text compressed:${hex(hello.fixed)}`],
  ],
  [
    text('', { rsv1: true }) + text('a') + binary('\x00', { fin: false, rsv1: true }) + continuation(),
    ['text compressed:', 'text:61', 'binary compressed:00'],
  ],
];

test('joins the frames of a message with control frames between them, for any cut (§5.4)', () => {
  for (const [wire, expected] of streams) {
    assert.equal(runCuts(onWire, fromHex(wire), messages), { outputs: expected }, wire);
    if (!expected.at(-1)!.startsWith('close')) {
      assert.equal(
        runCuts(onWire, fromHex(wire + text('z')), messages),
        { outputs: [...expected, 'text:7a'] },
        wire,
      );
    }
  }
});

test('emits a whole frame as one part with all its fields', () => {
  const assembler = new MessageAssembler();
  const [text] = through(assembler, frame(1, '6162'));
  assert.equal(
    { ...text!, payload: hex(text!.payload) },
    {
      type: 'text',
      compressed: false,
      first: true,
      last: true,
      payload: '6162',
      declaredBytes: 2,
    },
  );
  const [ping] = through(assembler, frame(9, '70'));
  assert.equal(
    { ...ping!, payload: hex(ping!.payload) },
    {
      type: 'ping',
      compressed: false,
      first: true,
      last: true,
      payload: '70',
      declaredBytes: 1,
    },
  );
});

test('passes on the parts of a frame as they arrive, without a copy', () => {
  const assembler = new MessageAssembler();
  const header = frame(2, '', { payloadBytes: 3, last: false });
  const begin = frame(2, '61', { payloadBytes: 3, first: false, last: false });
  const end = frame(2, '6263', { payloadBytes: 3, first: false });
  const parts = through(assembler, header, begin, end);
  assert.equal(
    parts.map(({ first, last, declaredBytes }) => [first, last, declaredBytes]),
    [
      [true, false, 3],
      [false, false, 3],
      [false, true, 3],
    ],
  );
  assert.is(parts[2]!.payload, end.payload);
});

test('reports how many bytes the frames of a message have declared so far', () => {
  const parts = through(
    new MessageAssembler(),
    frame(1, '61', { fin: false }),
    frame(0, '6263', { fin: false }),
    frame(0, '64'),
  );
  assert.equal(
    parts.map(part => part.declaredBytes),
    [1, 3, 4],
  );
});

test('ends a message with the last part of its last frame, not with the first', () => {
  const parts = through(
    new MessageAssembler(),
    frame(1, '61', { payloadBytes: 2, last: false }),
    frame(1, '62', { payloadBytes: 2, first: false }),
    frame(1, '63'),
  );
  assert.equal(
    parts.map(part => [part.first, part.last]),
    [
      [true, false],
      [false, true],
      [true, true],
    ],
  );
});

test('emits nothing for empty continuations that do not end a message', () => {
  const assembler = new MessageAssembler();
  const open = frame(1, '', { fin: false });
  assert.is(through(assembler, open).length, 1);
  assert.equal(through(assembler, frame(0, '', { fin: false }), frame(0, '', { fin: false })), []);
  assert.equal(through(assembler, frame(0, '', { fin: false, payloadBytes: 5, last: false })), []);
  assert.is(through(assembler, frame(0, '', { fin: false, payloadBytes: 5, first: false })).length, 0);
  assert.is(through(assembler, frame(0, '')).length, 1);
});

test('returns undefined after its last output', () => {
  const assembler = new MessageAssembler();
  assert.is(assembler.read(), undefined);
  through(assembler, frame(1, '61', { fin: false }));
  assert.is(assembler.read(), undefined);
  assert.is(assembler.read(), undefined);
  assert.is(messages(through(assembler, frame(9)))[0], 'ping:');
});

const refused: [before: string, wire: string, violation: Violation][] = [
  ['', continuation(Uint8Array.of(0xff, 0xfe)), violations.continuationOutside],
  ['', continuation(Uint8Array.of(0xff, 0xfe), more), violations.continuationOutside],
  ['', continuation('', { fin: false, declared: 2 }), violations.continuationOutside],
  [text('a'), continuation('b'), violations.continuationOutside],
  [text('a', more) + continuation('b'), continuation('c', more), violations.continuationOutside],
  [ping(), continuation(), violations.continuationOutside],
  [
    text(hello.fixed, { rsv1: true }),
    continuation(hello.fixed.subarray(3, 6)),
    violations.continuationOutside,
  ],
  [text('a', more), text('b'), violations.messageInside],
  [text('a', more), text('b', more), violations.messageInside],
  [text('a', more), binary('b'), violations.messageInside],
  [text('a', more), binary('b', more), violations.messageInside],
  [binary('a', more), text('b'), violations.messageInside],
  [binary('a', more), text('b', more), violations.messageInside],
  [binary('a', more), binary('b'), violations.messageInside],
  [binary('a', more), binary('b', more), violations.messageInside],
  [text('a', more) + ping(), text('b'), violations.messageInside],
  [text('a', more) + ping(), binary('b'), violations.messageInside],
  [text('a', more) + continuation('', more) + pong(), text('b', more), violations.messageInside],
  [text('', more), text(), violations.messageInside],
  [
    text(hello.fixed.subarray(0, 3), { fin: false, rsv1: true }),
    text(hello.fixed.subarray(3), { rsv1: true }),
    violations.messageInside,
  ],
];

test('rejects a frame out of order, for any cut, and emits the parts before it (§5.4; attacks 41 to 43)', () => {
  for (const [before, wire, violation] of refused) {
    const { outputs, error } = runCuts(() => onWire(), fromHex(before + wire), messages);
    assert.equal(outputs, messages(through(onWire(), fromHex(before))), `${before} | ${wire}`);
    assertViolation(error, violation, `${before} | ${wire}`);
    const stage = onWire();
    through(stage, fromHex(before));
    assertRefuses(stage, fromHex(wire + text('a')), violation, `${before} | ${wire}`);
  }
});

test('rejects as soon as the header is complete, without payload', () => {
  const outside = frame(0, '', { payloadBytes: 9, last: false });
  assertRefuses(new MessageAssembler(), outside, violations.continuationOutside);
  const inside = new MessageAssembler();
  through(inside, frame(1, '61', { fin: false }));
  assertRefuses(inside, frame(2, '', { payloadBytes: 9, last: false }), violations.messageInside);
});

test('accepts a message of exactly the limit, and rejects one byte more on its header (§10.4)', () => {
  const limited = () => new MessageAssembler({ maxMessageBytes: 5 });
  assert.is(through(limited(), frame(2, '61*5')).length, 1);
  assertRefuses(limited(), frame(2, '', { payloadBytes: 6, last: false }), violations.messageTooBig(6, 5));
  assert.is(through(limited(), frame(9, '61*6')).length, 1, 'the limit does not apply to control frames');
});

test('adds up the frames of each message (§10.4; attack 4)', () => {
  const limited = onWire({ maxMessageBytes: 10 });
  const messages = through(
    limited,
    fromHex(text('aaaaaa', more) + ping('pppppp') + continuation('aaaa') + text('aaaaaa', more)),
  );
  assert.is(messages.length, 4);
  assertRefuses(limited, fromHex(continuation('', { declared: 5 })), violations.messageTooBig(11, 10));
  assertRefuses(
    onWire({ maxMessageBytes: 10 }),
    fromHex(text('aaaaaa', more) + continuation('', { declared: 6 })),
    violations.messageTooBig(12, 10),
  );
});

test('rejects a sum of lengths above 2^53 - 1 even without a limit (attack 27)', () => {
  const huge = frame(2, '', { fin: false, payloadBytes: 2 ** 53 - 1, last: true });
  const assembler = new MessageAssembler();
  through(assembler, huge);
  assertRefuses(assembler, frame(0, '', { payloadBytes: 1 }), violations.messageTooBig(2 ** 53, Infinity));
  const twice = new MessageAssembler({ maxMessageBytes: Infinity });
  through(twice, huge);
  assertRefuses(
    twice,
    frame(0, '', { payloadBytes: 2 ** 53 - 1 }),
    violations.messageTooBig(2 ** 54 - 2, Infinity),
  );
});

test('allows the headers of stored blocks in addition if a message is compressed (RFC 7692 §7.2.3.6)', () => {
  const limit = 1_001_500;
  const allowed = 1_001_500 + 1002 + 1024;
  const limited = () => new MessageAssembler({ maxMessageBytes: limit });
  const header = (payloadBytes: number, rsv1: boolean) => frame(2, '', { payloadBytes, rsv1, last: false });
  assert.is(through(limited(), header(allowed, true)).length, 1);
  assertRefuses(limited(), header(allowed + 1, true), violations.messageTooBig(allowed + 1, limit));
  assertRefuses(limited(), header(limit + 1, false), violations.messageTooBig(limit + 1, limit));
});

test('counts frames, also empty ones, and rejects one more than the limit with 1008 (attacks 11 and 12)', () => {
  const limited = () => onWire({ maxFragments: 3 });
  assert.equal(
    messages(
      through(
        limited(),
        fromHex(
          text('a', more) +
            ping() +
            continuation('', more) +
            ping() +
            continuation('b') +
            text('', more) +
            continuation('', more) +
            continuation(),
        ),
      ),
    ),
    ['text:6162', 'ping:', 'ping:', 'text:'],
  );
  assertRefuses(
    limited(),
    fromHex(text('a', more) + continuation('b', more) + continuation('c', more) + continuation('d')),
    violations.tooManyFragments(3),
  );
  assertRefuses(
    limited(),
    fromHex(text('', more) + continuation('', more).repeat(3)),
    violations.tooManyFragments(3),
  );
  assert.is(through(onWire({ maxFragments: 1 }), fromHex(text('a') + text('b'))).length, 2);
  assertRefuses(
    onWire({ maxFragments: 1 }),
    fromHex(text('a', more) + continuation()),
    violations.tooManyFragments(1),
  );
});

test('accepts 262,144 frames by default, and holds constant memory until then (attack 12)', () => {
  const empty = frame(0, '', { fin: false });
  let assembler!: MessageAssembler;
  const held = heldBytes(() => {
    assembler = new MessageAssembler();
    through(assembler, frame(1, '', { fin: false }));
    for (let fragments = 2; fragments <= 262_144; fragments++) {
      assembler.write(empty);
      if (assembler.read() !== undefined) assert.unreachable('an empty continuation was emitted');
    }
    return assembler;
  });
  assert.ok(held < 100_000, `${held} bytes`);
  assertRefuses(assembler, empty, violations.tooManyFragments(262_144));
});

test('accepts 4 MiB in 65,536 frames by default (Autobahn 9.3.1; attack 14)', () => {
  const assembler = new MessageAssembler({ maxMessageBytes: 2 ** 24 });
  let bytes = 0;
  for (let i = 1; i <= 65_536; i++) {
    const [part] = through(assembler, frame(i === 1 ? 1 : 0, '2a*64', { fin: i === 65_536 }));
    bytes += part!.payload.length;
  }
  assert.is(bytes, 4 * 2 ** 20);
  assembler.close();
});

test('accepts the end of input between messages only (§7.2.1)', () => {
  for (const wire of ['', text('a'), text('a', more) + continuation(), ping()]) {
    const assembler = onWire();
    through(assembler, fromHex(wire));
    assembler.close();
  }
  for (const wire of [
    text('a', more),
    text('', more),
    text('a', more) + ping(),
    text('a') + binary('b', more) + continuation('c', more),
  ]) {
    const stage = onWire();
    through(stage, fromHex(wire));
    const error = thrownBy(() => stage.close());
    assertViolation(error, violations.endInsideMessage, wire);
    assertSpent(stage, fromHex(text('a')), error);
  }
});

test('accepts the end of input after a Close, even inside a message (§5.5.1, §7.1.5; Autobahn 7.1.5)', () => {
  for (const wire of [
    text('fragment1', more) + close(1000),
    text('fragment1', more) + close(1000) + continuation('fragment2'),
  ]) {
    const { outputs, error } = runCuts(onWire, fromHex(wire), messages);
    assert.is(error, undefined);
    assert.equal(outputs, [`text:${utf8Hex('fragment1')}…`, `close:${closeBody(1000)}`]);
  }
});

test('drops everything after a Close (§5.5.1)', () => {
  const assembler = new MessageAssembler();
  through(assembler, frame(8, closeBody(1000)));
  assert.equal(through(assembler, frame(1, '61'), frame(0, '61'), frame(9), frame(8)), []);
  assembler.close();
});

test('decodes nothing before a read', () => {
  const assembler = new MessageAssembler();
  assembler.write(frame(0));
  assertViolation(
    thrownBy(() => readAll(assembler)),
    violations.continuationOutside,
  );
});

test('rejects invalid options', () => {
  for (const name of ['maxMessageBytes', 'maxFragments']) {
    for (const value of [0, -1, 1.5, NaN]) {
      assert.throws(
        () => new MessageAssembler({ [name]: value }),
        (error: unknown) => error instanceof RangeError && error.message.startsWith(name),
      );
    }
  }
});

test.run();
