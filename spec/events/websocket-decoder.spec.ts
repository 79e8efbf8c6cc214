import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Role } from '../../lib/base/role.ts';
import { WebSocketError } from '../../lib/base/websocket-error.ts';
import type { WebSocketEvent } from '../../lib/events/event.ts';
import {
  decoderPipe,
  frameDecoder,
  messageLimit,
  type WebSocketDecoderOptions,
  webSocketDecoder,
  webSocketDecoderOptions,
} from '../../lib/events/websocket-decoder.ts';
import type { FramePart } from '../../lib/frames/frame-part.ts';
import { rechunk, seededLengths } from '../../lib/testing/rechunk.ts';
import { runCuts } from '../../lib/testing/run-cuts.ts';
import { seededRandom } from '../../lib/testing/seeded-random.ts';
import { assertRefuses, assertSpent, assertViolation, type Violation } from '../support/assert-violation.ts';
import { counted, disguises, fromHex, hex } from '../support/bytes.ts';
import { hello } from '../support/deflate-blocks.ts';
import { FakeInflater, inverted } from '../support/fake-codec.ts';
import { heldBytes } from '../support/memory.ts';
import {
  fromClient,
  fromMaskingClient,
  fromServer,
  type NamedFrames,
  utf8Hex,
} from '../support/named-frames.ts';
import { readAll, through, thrownBy } from '../support/reading.ts';
import { invalidTexts, validTexts } from '../support/texts.ts';
import { utf8 } from '../support/utf8.ts';
import * as violations from '../support/violations.ts';

const test = suite('webSocketDecoder');

const client = (options: Partial<WebSocketDecoderOptions> = {}) =>
  webSocketDecoder({ role: 'client', ...options });
const server = (options: Partial<WebSocketDecoderOptions> = {}) =>
  webSocketDecoder({ role: 'server', ...options });

/** Returns events with their bytes as hex. */
function shown(events: WebSocketEvent[]): unknown[] {
  return events.map(event => {
    if (event.type === 'close') return [event.type, event.closeCode, event.reason];
    const data = typeof event.data === 'string' ? event.data : hex(event.data);
    return 'last' in event ? [event.type, data, event.last] : [event.type, data];
  });
}

const { text, binary, continuation, ping, pong, close, frame } = fromServer;

/** Returns the frames of the peer of a decoder, a client's masked. */
const peerOf = (role: Role) => (role === 'server' ? fromMaskingClient : fromServer);

/** Frames of either side, and their events. */
const streams: [wire: (from: NamedFrames) => string, events: unknown[]][] = [
  [from => from.text('Hello'), [['text', 'Hello', true]]],
  [from => from.text('Hel', { fin: false }) + from.continuation('lo'), [['text', 'Hello', true]]],
  [
    from => from.text('', { fin: false }) + from.continuation('', { fin: false }) + from.continuation(),
    [['text', '', true]],
  ],
  [
    from =>
      from.binary(Uint8Array.of(0xfe), { fin: false }) +
      from.continuation('', { fin: false }) +
      from.continuation(Uint8Array.of(0xff)),
    [['binary', 'feff', true]],
  ],
  [
    from =>
      from.text(Uint8Array.of(0xc3), { fin: false }) + from.ping() + from.continuation(Uint8Array.of(0xa9)),
    [
      ['ping', ''],
      ['text', 'é', true],
    ],
  ],
  [
    from => from.ping() + from.pong('a') + from.ping('b'),
    [
      ['ping', ''],
      ['pong', '61'],
      ['ping', '62'],
    ],
  ],
  [from => from.text('\ufeffa'), [['text', '\ufeffa', true]]],
  [from => from.pong('__defineGetter__'), [['pong', utf8Hex('__defineGetter__')]]],
  [
    from => from.text('a') + from.close(1000),
    [
      ['text', 'a', true],
      ['close', 1000, ''],
    ],
  ],
  [from => from.close(), [['close', undefined, '']]],
  [from => from.close(1000) + from.text('a') + from.ping(), [['close', 1000, '']]],
  [
    from => from.text('fragment1', { fin: false }) + from.close(1000) + from.continuation('fragment2'),
    [['close', 1000, '']],
  ],
];

test('decodes frames of either role, whole, byte by byte, and split at every offset', () => {
  for (const [wire, events] of streams) {
    const closing = events.some(event => (event as string[])[0] === 'close');
    for (const [make, sent] of [
      [client, wire(fromServer)],
      [server, wire(fromMaskingClient)],
    ] as const) {
      for (const deliver of ['messages', undefined] as const) {
        const { outputs, error } = runCuts(() => make({ deliver }), fromHex(sent), shown);
        assert.equal(outputs, events, sent);
        if (closing) assert.is(error, undefined, sent);
        else assertViolation(error, violations.endWithoutClose, sent);
      }
      for (const bytes of disguises(fromHex(sent))) assert.equal(shown(through(make(), bytes)), events, sent);
    }
  }
});

test('delivers the same bytes in parts, for any cut', () => {
  const wire = fromHex(
    text('aé', { fin: false }) + ping() + continuation('€zz') + binary('\x01\x02\x03') + pong() + close(1000),
  );
  const joined = (events: WebSocketEvent[]) => {
    const types = events.filter(event => !('last' in event) || event.last).map(event => event.type);
    const text = events.map(event => (event.type === 'text' ? event.data : '')).join('');
    const binary = events.map(event => (event.type === 'binary' ? hex(event.data) : '')).join('');
    return [types, text, binary];
  };
  const { outputs, error } = runCuts(() => client({ deliver: 'parts' }), wire, joined);
  assert.is(error, undefined);
  assert.equal(outputs, [['ping', 'text', 'binary', 'pong', 'close'], 'aé€zz', '010203']);
});

const refused: [wire: string, events: unknown[], violation: Violation][] = [
  [frame(3, 'a') + text('a'), [], violations.reservedOpcode],
  [text('a') + text(hello.fixed, { rsv1: true }), [['text', 'a', true]], violations.rsv1Unagreed],
  [ping('', { fin: false }), [], violations.fragmentedControl],
  [
    continuation(Uint8Array.of(0xff, 0xfe), { fin: false }) + continuation('hello'),
    [],
    violations.continuationOutside,
  ],
  [text('a', { fin: false }) + ping() + text('b'), [['ping', '']], violations.messageInside],
  [text(Uint8Array.of(0xc3), { fin: false }) + continuation('a'), [], violations.noUtf8],
  [frame(8, 'a'), [], violations.oneByteClose],
  [close(1004), [], violations.invalidCloseCode(1004)],
  [close(1000, Uint8Array.of(0xc3, 0x28)), [], violations.reasonNoUtf8],
  [ping('', { declared: 126 }), [], violations.longControl],
  [text('Hello', { lengthBytes: 2 }), [], violations.longerLength],
  [binary('', { declared: 2n ** 63n }), [], violations.longerLength],
];

test('throws one error for any cut of the input, after the events before it, and delivers nothing after it (attack 45)', () => {
  for (const [wire, events, violation] of refused) {
    const { outputs, error } = runCuts(client, fromHex(wire + text('z')), shown);
    assert.equal(outputs, events, wire);
    assertViolation(error, violation, wire);
    assertRefuses(client(), fromHex(wire + text('z')), violation, wire);
  }
});

test('validates text as Autobahn 6 does, in one frame and in frames of one byte', () => {
  const inOne = (bytes: Uint8Array) => fromHex(text(bytes));
  const inMany = (bytes: Uint8Array) => {
    const first = text(bytes.subarray(0, 1), { fin: false });
    const others = Array.from(bytes.subarray(1), byte => continuation(Uint8Array.of(byte), { fin: false }));
    return fromHex(bytes.length === 0 ? text() : first + others.join('') + continuation());
  };
  for (const text of validTexts) {
    const expected = Buffer.from(fromHex(text)).toString();
    for (const wire of [inOne, inMany]) {
      assert.equal(shown(through(client(), wire(fromHex(text)))), [['text', expected, true]], text);
    }
  }
  for (const text of invalidTexts) {
    for (const wire of [inOne, inMany]) assertRefuses(client(), wire(fromHex(text)), violations.noUtf8, text);
  }
});

test('rejects at the first invalid byte without the rest of the frame (Autobahn 6.4; attack 87)', () => {
  assertRefuses(client(), fromHex(text(fromHex('f490'), { declared: 5 })), violations.noUtf8);
  const inChops = client();
  assert.equal(through(inChops, fromHex(text(fromHex('cebae1bdb9cf83cebcceb5 f4'), { declared: 21 }))), []);
  assertRefuses(inChops, fromHex('90'), violations.noUtf8);
});

test('throws nothing but WebSocketError for every first byte (attack 44)', () => {
  for (const role of ['client', 'server'] as const) {
    for (const inflater of [undefined, new FakeInflater()]) {
      for (let byte = 0; byte < 256; byte++) {
        const stage = webSocketDecoder({ role, inflater });
        stage.write(Uint8Array.of(byte, role === 'server' ? 0x81 : 1, 0x61, 0, 0, 0, 0x61));
        try {
          readAll(stage);
          stage.close();
        } catch (error) {
          assert.is((error as Error).name, 'WebSocketError', String(byte));
        }
      }
    }
  }
});

test('throws nothing but WebSocketError for random bytes, and the same error again', () => {
  const random = seededRandom(44);
  const openings = [
    '',
    text('a', { fin: false }),
    text('a') + continuation('', { fin: false }),
    text(inverted('a'), { fin: false, rsv1: true }),
    ping(),
    '817e',
    '82fe 0080',
    fromClient.close(1000),
  ];
  let failures = 0;
  for (let round = 0; round < 3000; round++) {
    const tail = Uint8Array.from({ length: random(40) }, () => (random(3) === 0 ? random(256) : random(4)));
    const wire = new Uint8Array([...fromHex(openings[random(openings.length)]!), ...tail]);
    const stage = webSocketDecoder({
      role: random(2) === 0 ? 'client' : 'server',
      deliver: random(2) === 0 ? 'messages' : 'parts',
      inflater: random(2) === 0 ? new FakeInflater(true) : undefined,
      ownsInput: random(2) === 0,
      maxPinnedBytes: [undefined, 1, 100, Infinity][random(4)],
      maxMessageBytes: 1 + random(50),
      maxFragments: 1 + random(5),
    });
    try {
      through(stage, ...rechunk(wire, seededLengths(round, 9)));
      stage.close();
    } catch (error) {
      failures++;
      assert.instance(error, WebSocketError, hex(wire));
      assert.is((error as Error).name, 'WebSocketError');
      assertSpent(stage, wire, error);
    }
  }
  assert.ok(failures > 1000, `${failures} failures`);
});

test('accepts 1 MiB in a message on a server, 16 MiB on a client, and any length in parts (§10.4)', () => {
  for (const [options, limit] of [
    [{ role: 'server' }, 2 ** 20],
    [{ role: 'client' }, 2 ** 24],
    [{ role: 'client', deliver: 'messages' }, 2 ** 24],
    [{ role: 'server', deliver: 'parts' }, Infinity],
    [{ role: 'client', deliver: 'parts', maxMessageBytes: 5 }, 5],
    [{ role: 'client', maxMessageBytes: 2 ** 31 }, 2 ** 31],
    [{ role: 'client', maxMessageBytes: Infinity }, Infinity],
  ] as const) {
    assert.is(messageLimit(options), limit);
  }
});

test('rejects a message above the limit on its header (attacks 1, 4 and 9)', () => {
  const header = fromHex(binary('', { declared: 2 ** 28 }));
  assertRefuses(client(), header, violations.messageTooBig(2 ** 28, 2 ** 24));
  assertRefuses(
    server(),
    fromHex(fromMaskingClient.binary('', { declared: 2 ** 20 + 1 })),
    violations.messageTooBig(2 ** 20 + 1, 2 ** 20),
  );
  assert.equal(through(server(), fromHex(fromMaskingClient.binary('', { declared: 2 ** 20 }))), []);
  const held = heldBytes(() => {
    const stage = client({ maxMessageBytes: Infinity });
    through(stage, header);
    return stage;
  });
  assert.ok(held < 10_000, `${held} bytes`);
  assertRefuses(
    client({ maxMessageBytes: 10 }),
    fromHex(text('a'.repeat(6), { fin: false }) + continuation('', { declared: 6 })),
    violations.messageTooBig(12, 10),
  );
  assertRefuses(
    client({ maxMessageBytes: 1, deliver: 'parts' }),
    fromHex(binary('', { declared: 2 })),
    violations.messageTooBig(2, 1),
  );
});

test('delivers a message of 2^40 bytes in parts', () => {
  const stage = client({ deliver: 'parts' });
  assert.equal(shown(through(stage, fromHex(binary('ab', { declared: 2 ** 40 })), fromHex('63'))), [
    ['binary', '6162', false],
    ['binary', '63', false],
  ]);
});

test('rejects more frames in a message than the limit with 1008 (attacks 11 and 12)', () => {
  assertRefuses(
    client({ maxFragments: 2 }),
    fromHex(text('', { fin: false }) + continuation('', { fin: false }) + continuation('', { fin: false })),
    violations.tooManyFragments(2),
  );
  const flood = new Uint8Array(2 * 1_000_000);
  flood[0] = 1;
  assertRefuses(client(), flood, violations.tooManyFragments(262_144));
  assertRefuses(client({ deliver: 'parts', maxFragments: 10 }), flood, violations.tooManyFragments(10));
});

test('decodes 262,144 frames of one byte in linear time, and holds at most twice their bytes (attack 11)', () => {
  const frames = 262_144;
  for (const opcode of [1, 2]) {
    const wire = new Uint8Array(3 * frames);
    for (let i = 0; i < frames; i++) wire.set([i === 0 ? opcode : 0, 1, 0x61], 3 * i);
    const held = heldBytes(() => {
      const stage = client();
      assert.equal(through(stage, wire), []);
      return stage;
    });
    assert.ok(held <= 2 * frames + 100_000, `opcode ${opcode}: ${held} bytes for ${frames}`);
  }
});

test('rejects 16 MiB of text whose last byte is invalid (attack 24)', () => {
  for (const chunkBytes of [2 ** 25, 2 ** 16]) {
    for (const letter of ['a', 'é']) {
      const head = fromHex(text('', { declared: 2 ** 24 }));
      const fill = utf8(letter);
      const wire = new Uint8Array(head.length + 2 ** 24);
      wire.set(head);
      for (let i = 0; i < 2 ** 24; i++) wire[head.length + i] = fill[i % fill.length]!;
      wire[wire.length - 1] = 0xff;
      const stage = client();
      const chunks: Uint8Array[] = [];
      for (let i = 0; i < wire.length; i += chunkBytes) chunks.push(wire.subarray(i, i + chunkBytes));
      assertViolation(
        thrownBy(() => through(stage, ...chunks)),
        violations.noUtf8,
      );
    }
  }
});

test('accepts RSV1 only with an inflater (RFC 7692 §6; attacks 37 to 41)', () => {
  const inflating = () => client({ inflater: new FakeInflater() });
  const events = runCuts(
    inflating,
    fromHex(
      pong() +
        text(inverted('ab'), { fin: false, rsv1: true }) +
        ping() +
        continuation(inverted('c')) +
        text('a') +
        close(),
    ),
    shown,
  );
  assert.equal(events, {
    outputs: [
      ['pong', ''],
      ['ping', ''],
      ['text', 'abc', true],
      ['text', 'a', true],
      ['close', undefined, ''],
    ],
  });
  for (const wire of [
    text('ab', { fin: false }) + continuation('ab', { rsv1: true }),
    ping('', { rsv1: true }),
    pong('', { rsv1: true }),
    close(1000, '', { rsv1: true }),
    text(inverted('ab'), { fin: false, rsv1: true }) + continuation(inverted('c'), { rsv1: true }),
  ]) {
    const stage = inflating();
    assertViolation(
      thrownBy(() => through(stage, fromHex(wire))),
      violations.rsv1Misplaced,
      wire,
    );
  }
  assertRefuses(
    inflating(),
    fromHex(text(inverted('ab'), { rsv1: true }) + continuation(inverted('c'))),
    violations.continuationOutside,
  );
  assertRefuses(inflating(), fromHex(text('', { rsv2: true })), violations.rsv23);
});

test('delivers memory that changes neither with the chunk nor with later input', () => {
  for (const role of ['client', 'server'] as const) {
    for (const length of [1, 64, 65, 125]) {
      const stage = webSocketDecoder({ role });
      const payload = hex(counted(length));
      const wire = fromHex(peerOf(role).binary(counted(length)));
      const delivered: Uint8Array[] = [];
      for (let i = 0; i < 50; i++) {
        const [event] = through(stage, wire.slice());
        delivered.push((event as { data: Uint8Array }).data);
      }
      const chunk = wire.slice();
      const [event] = through(stage, chunk);
      chunk.fill(0xee);
      delivered.push((event as { data: Uint8Array }).data);
      for (const data of delivered) assert.is(hex(data), payload);
    }
  }
});

test('delivers arrays that pin at most 8 KiB besides themselves, in either role, with owned chunks or not (attack 55)', () => {
  for (const role of ['client', 'server'] as const) {
    for (const ownsInput of [false, true]) {
      for (const deliver of ['messages', 'parts'] as const) {
        const stage = webSocketDecoder({ role, ownsInput, deliver });
        for (const length of [0, 5, 65, 1000, 4097, 9000]) {
          const frames = fromHex(peerOf(role).binary(counted(length)) + peerOf(role).pong('\x01\x02'));
          const chunk = new Uint8Array(65_536);
          chunk.set(frames);
          for (const event of through(stage, chunk.subarray(0, frames.length))) {
            const { data } = event as { data: Uint8Array };
            const pinned = data.buffer.byteLength - data.length;
            assert.ok(pinned <= 8192, `${role} ${length}: ${pinned}`);
          }
        }
      }
    }
  }
});

test('delivers small messages that pin little of the control frames around them', () => {
  for (const role of ['client', 'server'] as const) {
    for (const ownsInput of [false, true]) {
      const from = peerOf(role);
      const wire = fromHex(from.binary(counted(65)) + from.pong(counted(125)).repeat(60));
      const stage = webSocketDecoder({ role, ownsInput });
      const held = new Set<ArrayBufferLike>();
      for (let i = 0; i < 500; i++) {
        for (const event of through(stage, wire.slice())) {
          if (event.type === 'binary') held.add(event.data.buffer);
        }
      }
      const totalHeld = [...held].reduce((sum, { byteLength }) => sum + byteLength, 0);
      assert.ok(totalHeld <= 2 * 500 * 65 + 16_384, `${role} ${ownsInput}: ${totalHeld}`);
    }
  }
});

test('delivers every array in a buffer of its own with ownBuffers, so that it can be transferred', () => {
  for (const role of ['client', 'server'] as const) {
    const from = peerOf(role);
    const wire = fromHex(
      from.binary() +
        from.binary('\x01\x02\x03') +
        from.binary('\x01', { fin: false }) +
        from.continuation('\x02') +
        from.binary('', { fin: false }) +
        from.continuation() +
        from.ping() +
        from.ping('a'),
    );
    const stage = webSocketDecoder({ role, ownBuffers: true });
    for (let round = 0; round < 3; round++) {
      const events = through(stage, wire.slice());
      assert.equal(shown(events), [
        ['binary', '', true],
        ['binary', '010203', true],
        ['binary', '0102', true],
        ['binary', '', true],
        ['ping', ''],
        ['ping', '61'],
      ]);
      const buffers = events.map(event => (event as { data: Uint8Array<ArrayBuffer> }).data.buffer);
      structuredClone(0, { transfer: buffers });
    }
  }
});

test('continues if the caller transfers a delivered array away, with or without ownBuffers', () => {
  for (const role of ['client', 'server'] as const) {
    const from = peerOf(role);
    const twoFragments = from.binary('\x01', { fin: false }) + from.continuation('\x02');
    const noBytes = from.binary('', { fin: false }) + from.continuation();
    const wire = fromHex(from.binary() + from.binary(counted(100)) + twoFragments + noBytes);
    const stage = webSocketDecoder({ role });
    for (let round = 0; round < 3; round++) {
      const events = through(stage, wire.slice());
      assert.is(shown(events).length, 4);
      assert.equal(shown(events)[1], ['binary', hex(counted(100)), true]);
      const buffers = events.map(event => (event as { data: Uint8Array<ArrayBuffer> }).data.buffer);
      structuredClone(0, { transfer: [...new Set(buffers)] });
    }
  }
});

test('pins no chunk: a partial header, payload or message costs less than 1 KiB (attack 55)', () => {
  const connections = 100;
  const held = (wire: string) =>
    heldBytes(() =>
      Array.from({ length: connections }, () => {
        const stage = server();
        const bytes = fromHex(wire);
        const chunk = Buffer.alloc(65_536);
        chunk.set(bytes);
        through(stage, chunk.subarray(0, bytes.length));
        return stage;
      }),
    ) / connections;
  const idle = held('');
  assert.ok(idle < 4096, `${idle} bytes a connection`);
  for (const wire of [
    '82fe 00',
    fromMaskingClient.binary('Hello', { fin: false }),
    fromMaskingClient.text('Hello', { fin: false }),
    fromMaskingClient.ping('H', { declared: 5 }),
  ]) {
    const partial = held(wire);
    assert.ok(partial - idle < 1024, `${wire}: ${partial} bytes a connection, ${idle} idle`);
  }
});

test('accepts the end of input after a Close only (§7.1.5, §7.2.1)', () => {
  for (const [wire, violation] of [
    ['', violations.endWithoutClose],
    [text('a'), violations.endWithoutClose],
    [text('a', { fin: false }), violations.endInsideMessage],
    [text('a', { declared: 2 }), violations.endInsideFrame],
    ['88', violations.endInsideFrame],
    [close(1000).slice(0, -2), violations.endInsideFrame],
  ] as const) {
    const stage = client();
    through(stage, fromHex(wire));
    const error = thrownBy(() => stage.close());
    assertViolation(error, violation, wire);
    assertSpent(stage, fromHex(ping()), error);
  }
});

test('rejects invalid options', () => {
  const wrong: [options: Record<string, unknown>, kind: typeof TypeError][] = [
    [{ role: 'peer' }, TypeError],
    [{ role: 'client', deliver: 'part' }, TypeError],
    [{ role: 'client', maxMessageBytes: 0 }, RangeError],
    [{ role: 'client', maxMessageBytes: '5' }, TypeError],
    [{ role: 'client', maxFragments: -1 }, RangeError],
  ];
  for (const [options, kind] of wrong) {
    assert.instance(
      thrownBy(() => webSocketDecoder(options as never)),
      kind,
    );
  }
});

test('shows each part of a frame to an observer', () => {
  const options = webSocketDecoderOptions.check({ role: 'client', inflater: new FakeInflater() });
  const seen: number[] = [];
  const observer = { frameReceived: ({ opcode }: FramePart) => void seen.push(opcode) };
  const decoder = decoderPipe(options, frameDecoder(options), observer);
  const events = through(decoder, fromHex(ping() + text(inverted('a'), { rsv1: true })));
  assert.equal(shown(events), [
    ['ping', ''],
    ['text', 'a', true],
  ]);
  assert.equal(seen, [9, 1]);
});

test('sets no limit on the frames of a message that is delivered in parts, unless there is one in the options', () => {
  const frames = new Uint8Array(2 * 300_000);
  frames[0] = 0x02;
  const whole = webSocketDecoder({ role: 'client' });
  const parts = webSocketDecoder({ role: 'client', deliver: 'parts' });
  const limited = webSocketDecoder({ role: 'client', deliver: 'parts', maxFragments: 10 });
  for (const [decoder, refuses] of [
    [whole, true],
    [parts, false],
    [limited, true],
  ] as const) {
    decoder.write(frames);
    let code: unknown;
    try {
      readAll(decoder);
    } catch (error) {
      code = (error as { closeCode: unknown }).closeCode;
    }
    assert.is(code, refuses ? 1008 : undefined);
  }
});

test.run();
