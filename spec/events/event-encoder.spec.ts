import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { OutgoingEvent } from '../../lib/events/event.ts';
import { EventEncoder } from '../../lib/events/event-encoder.ts';
import type { OutgoingPart } from '../../lib/messages/message-part.ts';
import { counted, fromHex, hex } from '../support/bytes.ts';
import { FakeDeflater } from '../support/fake-codec.ts';
import { readAll, through, thrownBy } from '../support/reading.ts';

const test = suite('EventEncoder');

function shown(parts: OutgoingPart[]): string[] {
  return parts.map(({ type, compressed, first, last, payload }) => {
    const marks = [compressed && 'compressed', first && 'first', last && 'last'].filter(Boolean).join(' ');
    return `${type} ${marks}: ${typeof payload === 'string' ? `'${payload}'` : hex(payload)}`;
  });
}

test('emits a part for each event, one or many at a time', () => {
  const encoder = new EventEncoder();
  assert.equal(shown(through(encoder, { type: 'text', data: 'a' })), ["text first last: 'a'"]);
  assert.equal(
    shown(
      through(encoder, [
        { type: 'binary', data: fromHex('01'), last: false },
        { type: 'ping' },
        { type: 'binary', data: fromHex('02') },
      ]),
    ),
    ['binary first: 01', 'ping first last: ', 'binary last: 02'],
  );
  assert.equal(through(encoder, []), []);
  assert.is(encoder.read(), undefined);
  assert.is(encoder.read(), undefined);
});

test('continues a message over any number of writes', () => {
  const encoder = new EventEncoder();
  const parts = through(
    encoder,
    { type: 'text', data: 'a\ud834', last: false } as OutgoingEvent,
    [{ type: 'text', data: '\udd1e', last: false }, { type: 'pong' }] as OutgoingEvent[],
    { type: 'text', data: 'b' } as OutgoingEvent,
  );
  assert.equal(shown(parts), ["text first: 'a'", "text : '𝄞'", 'pong first last: ', "text last: 'b'"]);
  encoder.close();
});

test('emits the bytes of the caller without a copy', () => {
  const data = counted(100);
  assert.is(through(new EventEncoder(), { type: 'binary', data })[0]!.payload, data);
});

test('accepts nothing of a batch with an invalid event, and remains usable', () => {
  const encoder = new EventEncoder();
  const wrong: [event: unknown, kind: typeof TypeError][] = [
    [{ type: 'text', data: 1 }, TypeError],
    [{ type: 'binary', data: fromHex('') }, TypeError],
    [{ type: 'ping', data: counted(126) }, RangeError],
    [{ type: 'close', closeCode: 1006 }, RangeError],
    [{ type: 'what' }, TypeError],
  ];
  for (const [event, kind] of wrong) {
    const batch = [{ type: 'text', data: 'a', last: false }, { type: 'ping' }, event] as OutgoingEvent[];
    assert.instance(
      thrownBy(() => encoder.write(batch)),
      kind,
    );
    assert.is(encoder.read(), undefined);
  }
  encoder.close();
  assert.equal(shown(through(encoder, { type: 'binary', data: fromHex('01') })), ['binary first last: 01']);
  assert.instance(
    thrownBy(() => encoder.write([{ type: 'close' }, { type: 'ping' }])),
    TypeError,
  );
  assert.equal(shown(through(encoder, { type: 'close' })), ['close first last: ']);
  assert.instance(
    thrownBy(() => encoder.write({ type: 'text', data: '' })),
    TypeError,
  );
  encoder.close();
});

test('may end between messages only; a Close ends a message, too', () => {
  const encoder = new EventEncoder();
  encoder.close();
  through(encoder, { type: 'text', data: 'a', last: false });
  const error = thrownBy(() => encoder.close()) as Error;
  assert.instance(error, TypeError);
  assert.is(error.message, 'cannot close inside a message: send its last part first');
  through(encoder, { type: 'close' });
  encoder.close();
});

test('compresses from the threshold on, or as the message chooses (RFC 7692 §6.1)', () => {
  const encoder = new EventEncoder({
    compression: { deflater: new FakeDeflater(), thresholdBytes: 3, contextTakeover: true },
  });
  const parts = through(encoder, [
    { type: 'text', data: 'ab' },
    { type: 'text', data: 'abc' },
    { type: 'binary', data: fromHex('0102'), compress: true },
    { type: 'binary', data: fromHex('010203'), compress: false },
    { type: 'ping', data: fromHex('70707070') },
    { type: 'text', data: 'a', last: false },
    { type: 'ping' },
    { type: 'text', data: 'b', last: true },
    { type: 'close', closeCode: 1000 },
  ]);
  assert.equal(shown(parts), [
    "text first last: 'ab'",
    'text compressed first last: 9e9d9c',
    'binary compressed first last: fefd',
    'binary first last: 010203',
    'ping first last: 70707070',
    'text compressed first: 9e',
    'ping first last: ',
    'text compressed last: 9d',
    'close first last: 03e8',
  ]);
});

test('compresses nothing before a read, and then piece by piece', () => {
  const deflater = new FakeDeflater();
  const encoder = new EventEncoder({ compression: { deflater, thresholdBytes: 1, contextTakeover: true } });
  encoder.write([
    { type: 'binary', data: counted(9) },
    { type: 'binary', data: fromHex('01') },
  ]);
  assert.equal(deflater.written, []);
  assert.is(hex(encoder.read()!.payload as Uint8Array), hex(counted(4).map(byte => byte ^ 255)));
  assert.is(deflater.written.length, 1);
  assert.is(readAll(encoder).length, 3);
  assert.is(encoder.read(), undefined);
});

test('compresses nothing if compression was not negotiated, whatever the message chooses', () => {
  const parts = through(new EventEncoder(), { type: 'text', data: 'a'.repeat(10_000), compress: true });
  assert.equal(
    parts.map(part => [part.compressed, part.payload.length]),
    [[false, 10_000]],
  );
});

test.run();
