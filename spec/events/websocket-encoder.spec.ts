import { createHash } from 'node:crypto';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { OutgoingEvent, WebSocketEvent } from '../../lib/events/event.ts';
import { webSocketDecoder } from '../../lib/events/websocket-decoder.ts';
import { WebSocketEncoder, type WebSocketEncoderOptions } from '../../lib/events/websocket-encoder.ts';
import { FrameEncoder } from '../../lib/frames/frame-encoder.ts';
import type { Frame } from '../../lib/frames/frame-part.ts';
import { rechunk, seededLengths } from '../../lib/testing/rechunk.ts';
import { seededKeys } from '../../lib/testing/seeded-keys.ts';
import { seededRandom } from '../../lib/testing/seeded-random.ts';
import { counted, fromHex, hex, sameKey } from '../support/bytes.ts';
import { FakeDeflater, FakeInflater, slowDeflater } from '../support/fake-codec.ts';
import { fromClient, fromServer } from '../support/named-frames.ts';
import { readAll, through, thrownBy } from '../support/reading.ts';

const test = suite('WebSocketEncoder');

const server = (options: Partial<WebSocketEncoderOptions> = {}) =>
  new WebSocketEncoder({ role: 'server', ...options });
const client = (options: Partial<WebSocketEncoderOptions> = {}) =>
  new WebSocketEncoder({ role: 'client', randomBytes: sameKey('37fa213d'), ...options });

/** Returns the chunks for these events, written together. */
const encoded = (encoder: WebSocketEncoder, ...events: OutgoingEvent[]) => through(encoder, events).map(hex);

test('writes the examples of the RFC, in one chunk if they are written together (§5.7)', () => {
  assert.equal(encoded(server(), { type: 'text', data: 'Hello' }), ['810548656c6c6f']);
  assert.equal(encoded(client(), { type: 'text', data: 'Hello' }), ['818537fa213d7f9f4d5158']);
  const events: OutgoingEvent[] = [
    { type: 'text', data: 'Hel', last: false },
    { type: 'ping', data: fromHex('70') },
    { type: 'text', data: 'lo' },
    { type: 'binary', data: fromHex('fe') },
    { type: 'pong' },
    { type: 'close', closeCode: 1000, reason: 'é' },
  ];
  assert.equal(encoded(server(), ...events), [
    fromServer.text('Hel', { fin: false }) +
      fromServer.ping('p') +
      fromServer.continuation('lo') +
      fromServer.binary(Uint8Array.of(0xfe)) +
      fromServer.pong() +
      fromServer.close(1000, 'é'),
  ]);
});

test('writes exactly the bytes of every kind of view (attack 53)', () => {
  const { buffer } = counted(48);
  const views = [
    new Int8Array(buffer, 8, 16),
    new Uint8ClampedArray(buffer, 8, 16),
    new Int16Array(buffer, 8, 8),
    new Float32Array(buffer, 8, 4),
    new Float64Array(buffer, 8, 2),
    new BigUint64Array(buffer, 8, 2),
    new DataView(buffer, 8, 16),
    Buffer.from(buffer, 8, 16),
    new Uint8Array(buffer, 8, 16).slice().buffer,
  ];
  for (const data of views) {
    assert.equal(encoded(server(), { type: 'binary', data }), [fromServer.binary(counted(24).subarray(8))]);
  }
});

test('splits messages into frames of the limit, after compression (§5.4, RFC 7692 §6.1)', () => {
  const binary: OutgoingEvent = { type: 'binary', data: fromHex('0102030405') };
  assert.equal(encoded(server({ maxFrameBytes: 2 }), binary), [
    fromServer.binary('\x01\x02', { fin: false }) +
      fromServer.continuation('\x03\x04', { fin: false }) +
      fromServer.continuation('\x05'),
  ]);
  const compression = { deflater: new FakeDeflater(true), thresholdBytes: 1, contextTakeover: true };
  assert.equal(
    encoded(server({ maxFrameBytes: 2, compression }), binary, { type: 'text', data: 'a', compress: false }),
    [
      fromServer.binary(Uint8Array.of(0xfe, 0xfd), { fin: false, rsv1: true }) +
        fromServer.continuation(Uint8Array.of(0xfc, 0xfb), { fin: false }) +
        fromServer.continuation(Uint8Array.of(0xfa)) +
        fromServer.text('a'),
    ],
  );
});

test('keeps a surrogate pair together that is split between two parts', () => {
  const events: OutgoingEvent[] = [
    { type: 'text', data: '\ud834', last: false },
    { type: 'text', data: '\udd1e', last: false },
    { type: 'text', data: '\ud834' },
  ];
  assert.equal(encoded(server(), ...events), [
    fromServer.text('', { fin: false }) +
      fromServer.continuation('𝄞', { fin: false }) +
      fromServer.continuation('\ufffd'),
  ]);
});

test('joins up to 1024 frames in a chunk, or 32 KiB', () => {
  const pings: OutgoingEvent[] = Array.from({ length: 2500 }, () => ({ type: 'ping' }));
  assert.equal(
    through(server(), pings).map(chunk => chunk.length),
    [2048, 2048, 904],
  );
  const binaries: OutgoingEvent[] = Array.from({ length: 9 }, () => ({
    type: 'binary',
    data: counted(16_383),
  }));
  assert.equal(
    through(server(), binaries).map(chunk => chunk.length / 16_387),
    [2, 2, 2, 2, 1],
  );
});

test('leaves no small rest after a chunk', () => {
  for (const units of [125, 500, 1024, 1400, 4000, 10_000]) {
    const texts: OutgoingEvent[] = Array.from({ length: 1000 }, () => ({
      type: 'text',
      data: 'a'.repeat(units),
    }));
    for (const encoder of [server(), client()]) {
      const lengths = through(encoder, texts).map(chunk => chunk.length);
      for (const length of lengths.slice(0, -1)) assert.ok(length > 32_000, `${units} units: ${length}`);
    }
  }
});

test('encodes only as far as it is read', () => {
  let keys = 0;
  const encoder = client({
    randomBytes: byteLength => {
      keys += byteLength / 4;
      return new Uint8Array(byteLength);
    },
  });
  encoder.write(Array.from({ length: 3000 }, () => ({ type: 'ping' as const })));
  assert.is(keys, 0);
  encoder.read();
  assert.is(keys, 1024);
  const large = client({
    randomBytes: byteLength => {
      keys += byteLength / 4;
      return new Uint8Array(byteLength);
    },
  });
  large.write(Array.from({ length: 100 }, () => ({ type: 'binary', data: counted(20_000) }) as const));
  large.read();
  // Sixteen keys are requested at a time.
  assert.is(keys, 1024 + 16);
});

test('outputs a large payload as a view without a copy', () => {
  const data = counted(20_010).subarray(10);
  const [head, payload] = through(server(), { type: 'binary', data });
  assert.is(hex(head!), fromServer.binary('', { declared: 20_000 }));
  assert.equal([payload!.buffer, payload!.byteOffset, payload!.length], [data.buffer, 10, 20_000]);
});

test('accepts nothing of a batch with an invalid event, and remains usable', () => {
  const encoder = server();
  const batch: OutgoingEvent[] = [{ type: 'ping' }, { type: 'close', closeCode: 1005 }];
  assert.instance(
    thrownBy(() => encoder.write(batch)),
    RangeError,
  );
  assert.is(encoder.read(), undefined);
  assert.equal(encoded(encoder, { type: 'pong' }), [fromServer.pong()]);
  assert.equal(encoded(encoder), []);
});

test('throws the error of the compressor after the output before it, and outputs nothing after it', () => {
  const deflater = new FakeDeflater();
  deflater.write = () => {
    throw new Error('broken');
  };
  const compression = { deflater, thresholdBytes: 1, contextTakeover: false };
  const encoder = server({ compression });
  encoder.write([
    { type: 'text', data: 'a', compress: false },
    { type: 'ping' },
    { type: 'text', data: 'b', compress: true },
    { type: 'text', data: 'c', compress: false },
  ]);
  assert.is(hex(encoder.read()!), fromServer.text('a') + fromServer.ping());
  const error = thrownBy(() => encoder.read()) as Error;
  assert.is(error.message, 'broken');
  for (const call of [() => encoder.read(), () => encoder.close()]) assert.is(thrownBy(call), error);
});

test('reports a failed allocation for a text that it encodes ahead', () => {
  const { encodeInto } = TextEncoder.prototype;
  const encoder = server({ maxFrameBytes: 10 });
  encoder.write([
    { type: 'text', data: 'a' },
    { type: 'text', data: 'b'.repeat(100) },
    { type: 'text', data: 'c' },
  ]);
  TextEncoder.prototype.encodeInto = () => {
    throw new RangeError('Array buffer allocation failed');
  };
  try {
    assert.is(hex(encoder.read()!), fromServer.text('a'));
    const error = thrownBy(() => encoder.read()) as Error;
    assert.is(error.message, 'Array buffer allocation failed');
    for (const call of [() => encoder.read(), () => encoder.close()]) assert.is(thrownBy(call), error);
    TextEncoder.prototype.encodeInto = encodeInto;
    encoder.write({ type: 'text', data: 'after' });
    for (const call of [() => encoder.read(), () => encoder.close()]) assert.is(thrownBy(call), error);
  } finally {
    TextEncoder.prototype.encodeInto = encodeInto;
  }
});

test('throws the error of its source of keys after the output before it, and keeps throwing it', () => {
  let keys = 0;
  const encoder = client({
    randomBytes: byteLength => {
      keys += 1;
      if (keys > 1 && keys < 5) throw new Error('no entropy');
      return new Uint8Array(byteLength);
    },
  });
  encoder.write(Array.from({ length: 18 }, () => ({ type: 'text', data: 'a' }) as const));
  // Sixteen keys are requested at a time. A frame whose key fails is tried again in its turn.
  assert.is(hex(encoder.read()!), fromClient.text('a').repeat(16));
  const error = thrownBy(() => encoder.read()) as Error;
  assert.is(error.message, 'no entropy');
  for (const call of [() => encoder.read(), () => encoder.close()]) assert.is(thrownBy(call), error);
});

test('outputs nothing while a compressor holds back its output, for any number of parts', () => {
  const compression = { deflater: new FakeDeflater(true), thresholdBytes: 1, contextTakeover: true };
  const encoder = server({ compression });
  const parts: OutgoingEvent[] = Array.from({ length: 3000 }, () => ({
    type: 'text',
    data: 'a',
    last: false,
  }));
  assert.equal(through(encoder, parts), []);
  const [chunk] = through(encoder, { type: 'text', data: '' } as const);
  assert.is(chunk?.length, 4 + 3000);
});

test('is busy while a compressor works for long, and continues', () => {
  const deflater = slowDeflater(300);
  const encoder = server({ compression: { deflater, thresholdBytes: 1, contextTakeover: true } });
  encoder.write([
    { type: 'text', data: 'a' },
    { type: 'text', data: 'b', compress: false },
  ]);
  assert.equal([encoder.read(), encoder.busy], [undefined, true]);
  const chunks = readAll(encoder);
  assert.is(
    chunks.reduce((sum, chunk) => sum + chunk.length, 0),
    10 + 300 * 1024 + 3,
  );
});

test('may end between messages only', () => {
  const encoder = server();
  encoder.close();
  through(encoder, { type: 'text', data: 'a', last: false });
  assert.instance(
    thrownBy(() => encoder.close()),
    TypeError,
  );
  through(encoder, { type: 'close' });
  encoder.close();
});

test('rejects invalid options', () => {
  assert.instance(
    thrownBy(() => new WebSocketEncoder({ role: 'client' })),
    TypeError,
  );
  assert.instance(
    thrownBy(() => server({ maxFrameBytes: 0 })),
    RangeError,
  );
});

type Random = (below: number) => number;

const alphabet = ['a', 'é', '€', '𝄞', '\ufeff', '\u0000', 'κόσμε'];

function randomText(random: Random): string {
  const length = [0, 1, 20, 130, 500, 3000][random(6)]!;
  return Array.from({ length: random(length + 1) }, () => alphabet[random(alphabet.length)]!).join('');
}

function randomPayload(random: Random): Uint8Array {
  const length = [0, 1, 60, 125, 126, 1000, 5000, 20_000, 66_000][random(9)]!;
  return counted(Math.max(0, length - random(3)));
}

/** Random events that may be sent: messages in one to four parts, control frames between them, and a Close. */
function randomEvents(random: Random): OutgoingEvent[] {
  const events: OutgoingEvent[] = [];
  const control = () => {
    if (random(3) > 0) return;
    events.push({ type: random(2) === 0 ? 'ping' : 'pong', data: counted(random(126)) });
  };
  for (let messages = 1 + random(6); messages > 0; messages--) {
    const type = random(2) === 0 ? 'text' : 'binary';
    for (let parts = random(4); parts >= 0; parts--) {
      control();
      const last = parts === 0;
      const compress = random(2) === 0;
      if (type === 'binary') events.push({ type, data: randomPayload(random), last, compress });
      else {
        // Split by units, also inside surrogate pairs.
        const text = randomText(random);
        const cut = random(text.length + 1);
        events.push(
          { type, data: text.slice(0, cut), last: false, compress },
          { type, data: text.slice(cut), last, compress },
        );
      }
    }
  }
  control();
  if (random(2) === 0) events.push({ type: 'close', closeCode: 3000 + random(2000), reason: 'ré' });
  return events;
}

/** Returns a short form of a text for failure messages. */
function digest(text: string): string {
  return `of ${text.length}: ${createHash('sha1').update(text).digest('hex')}`;
}

/** Returns the events that a decoder should deliver: messages joined, in the order in which they end. */
function expectedOf(events: (OutgoingEvent | WebSocketEvent)[]): string[] {
  const expected: string[] = [];
  let text = '';
  let binary = '';
  for (const event of events) {
    if (event.type === 'text') text += event.data;
    else if (event.type === 'binary') binary += hex(event.data as Uint8Array);
    else if (event.type === 'close') expected.push(`close ${event.closeCode} ${event.reason}`);
    else expected.push(`${event.type} ${hex(event.data as Uint8Array)}`);
    if ((event.type === 'text' || event.type === 'binary') && event.last) {
      expected.push(event.type === 'text' ? `text ${digest(text)}` : `binary ${digest(binary)}`);
      text = '';
      binary = '';
    }
  }
  return expected;
}

/** Returns the same bytes in about a hundred chunks, or byte by byte if they are few. */
function cutAtRandom(chunks: Uint8Array[], seed: number): Uint8Array[] {
  const total = chunks.reduce((sum, chunk) => sum + chunk.length, 0);
  return rechunk(chunks, seededLengths(seed, 1 + Math.floor(total / 300)));
}

test('writes bytes that webSocketDecoder decodes: random events, both roles, any frames, any cuts', () => {
  for (let seed = 1; seed <= 150; seed++) {
    const random = seededRandom(seed);
    const events = randomEvents(random);
    const compressed = random(2) === 0;
    const options: Partial<WebSocketEncoderOptions> = {
      maxFrameBytes: [undefined, 1 + random(200), 1000, 16_384][random(4)],
      compression: compressed
        ? { deflater: new FakeDeflater(random(2) === 0), thresholdBytes: 100, contextTakeover: true }
        : undefined,
    };
    const sent = random(2) === 0 ? 'client' : 'server';
    const encoder =
      sent === 'client' ? client({ ...options, randomBytes: seededKeys(seed) }) : server(options);
    const chunks = random(2) === 0 ? through(encoder, events) : through(encoder, ...events);
    const decoder = webSocketDecoder({
      role: sent === 'client' ? 'server' : 'client',
      deliver: random(2) === 0 ? 'messages' : 'parts',
      ownsInput: random(2) === 0,
      maxPinnedBytes: [undefined, 1, 100, Infinity][random(4)],
      ownBuffers: random(2) === 0,
      inflater: compressed ? new FakeInflater() : undefined,
    });
    const received = through(decoder, ...cutAtRandom(chunks, seed));
    assert.equal(expectedOf(received), expectedOf(events), `seed ${seed}`);
  }
});

test('decodes in webSocketDecoder what FrameEncoder writes: random frames, both roles, any cuts', () => {
  for (let seed = 1; seed <= 150; seed++) {
    const random = seededRandom(seed);
    const frames: Frame[] = [];
    const expected: string[] = [];
    for (let messages = 1 + random(5); messages > 0; messages--) {
      let joined = '';
      for (let rest = random(5), first = true; rest >= 0; rest--, first = false) {
        if (random(3) === 0) {
          const payload = counted(random(126));
          frames.push({ opcode: 9, fin: true, rsv1: false, payload });
          expected.push(`ping ${hex(payload)}`);
        }
        const payload = randomPayload(random);
        frames.push({ opcode: first ? 2 : 0, fin: rest === 0, rsv1: false, payload });
        joined += hex(payload);
      }
      expected.push(`binary ${digest(joined)}`);
    }
    const masks = random(2) === 0;
    const encoder = new FrameEncoder(
      masks ? { role: 'client', randomBytes: seededKeys(seed) } : { role: 'server' },
    );
    const chunks = random(2) === 0 ? through(encoder, frames) : through(encoder, ...frames);
    const decoder = webSocketDecoder({ role: masks ? 'server' : 'client' });
    const received = through(decoder, ...cutAtRandom(chunks, seed));
    assert.equal(expectedOf(received), expected, `seed ${seed}`);
  }
});

test('outputs the chunks of a batch one by one: a header, and the payload that is not copied', () => {
  const encoder = new WebSocketEncoder({ role: 'server' });
  const data = new Uint8Array(20_000);
  const chunks = through(encoder, [{ type: 'binary', data } as const, { type: 'text', data: 'a' } as const]);
  assert.equal(
    chunks.map(({ length }) => length),
    [4, 20_000, 3],
  );
  assert.is(chunks[1]!.buffer, data.buffer);
});

test.run();
