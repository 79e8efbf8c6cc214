import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { compressionChoice, PartDeflater } from '../../lib/events/part-deflater.ts';
import type { MessageType, OutgoingPart } from '../../lib/messages/message-part.ts';
import { fromHex, hex } from '../support/bytes.ts';
import { FakeDeflater } from '../support/fake-codec.ts';
import { readAll, through, thrownBy } from '../support/reading.ts';

const test = suite('PartDeflater');

function part(
  type: MessageType,
  payload: Uint8Array | string,
  fields: Partial<OutgoingPart> = {},
): OutgoingPart {
  return { type, compressed: true, first: true, last: true, payload, ...fields };
}

function shown(parts: OutgoingPart[]): string[] {
  return parts.map(({ type, compressed, first, last, payload }) => {
    const marks = [compressed && 'compressed', first && 'first', last && 'last'].filter(Boolean).join(' ');
    return `${type} ${marks}: ${typeof payload === 'string' ? `'${payload}'` : hex(payload)}`;
  });
}

test('passes on parts that are not to be compressed', () => {
  const deflater = new FakeDeflater();
  const ping = part('ping', fromHex('70'), { compressed: false });
  const text = part('text', 'a', { compressed: false, last: false });
  const parts = through(new PartDeflater(deflater), ping, text);
  assert.is(parts[0], ping);
  assert.is(parts[1], text);
  assert.is(parts.length, 2);
  assert.equal(deflater.written, []);
});

test('marks the first and the last piece of a message (RFC 7692 §6.1)', () => {
  const deflater = new PartDeflater(new FakeDeflater());
  assert.equal(shown(through(deflater, part('binary', fromHex('01020304 05060708 09')))), [
    'binary compressed first: fefdfcfb',
    'binary compressed: faf9f8f7',
    'binary compressed last: f6',
  ]);
  assert.equal(shown(through(deflater, part('text', fromHex('01')))), ['text compressed first last: fe']);
});

test('encodes text, and tells the deflater the end of each message', () => {
  const deflater = new FakeDeflater();
  const parts = [
    part('text', 'é', { last: false }),
    part('text', 'a', { first: false }),
    part('binary', fromHex('62')),
  ];
  assert.equal(shown(through(new PartDeflater(deflater), ...parts)), [
    'text compressed first: 3c56',
    'text compressed last: 9e',
    'binary compressed first last: 9d',
  ]);
  assert.equal(deflater.written, ['c3a9', '61.', '62.']);
});

test('starts a message with the first piece of the deflater, whenever that comes', () => {
  const deflater = new PartDeflater(new FakeDeflater(true));
  const parts = [
    part('text', 'a', { last: false }),
    part('ping', fromHex(''), { compressed: false }),
    part('text', 'b', { first: false, last: false }),
    part('text', 'c', { first: false }),
    part('text', 'd'),
  ];
  assert.equal(shown(through(deflater, ...parts)), [
    'ping first last: ',
    'text compressed first last: 9e9d9c',
    'text compressed first last: 9b',
  ]);
});

test('ends every message, even if the deflater outputs nothing more', () => {
  const parts = [
    part('text', 'a', { last: false }),
    part('text', '', { first: false }),
    part('binary', fromHex('')),
    part('text', '', { last: false }),
    part('text', '', { first: false }),
  ];
  assert.equal(shown(through(new PartDeflater(new FakeDeflater()), ...parts)), [
    'text compressed first: 9e',
    'text compressed last: ',
    'binary compressed first last: ',
    'text compressed first last: ',
  ]);
});

test('copies the output of the deflater', () => {
  const parts = through(new PartDeflater(new FakeDeflater()), part('binary', fromHex('01020304 05060708')));
  assert.equal(
    parts.map(({ payload }) => hex(payload as Uint8Array)),
    ['fefdfcfb', 'faf9f8f7'],
  );
});

test('returns undefined after its last output, and may end at any time', () => {
  const deflater = new PartDeflater(new FakeDeflater());
  assert.is(deflater.read(), undefined);
  through(deflater, part('text', 'a'));
  assert.is(deflater.read(), undefined);
  through(deflater, part('ping', fromHex(''), { compressed: false }));
  assert.is(deflater.read(), undefined);
  deflater.close();
});

test('compressionChoice() follows the choice of the message, otherwise its length; never without compression', () => {
  const chooses = compressionChoice({
    deflater: new FakeDeflater(),
    thresholdBytes: 10,
    contextTakeover: true,
  });
  assert.is(chooses(9, undefined), false);
  assert.is(chooses(10, undefined), true);
  assert.is(chooses(Infinity, undefined), true);
  assert.is(chooses(1, true), true);
  assert.is(chooses(1000, false), false);
  assert.is(compressionChoice(undefined)(1000, true), false);
});

test('passes on a separately compressed part, and resets the deflater (RFC 7692 §7.2.3.2)', () => {
  const deflater = new FakeDeflater();
  const apart = part('binary', fromHex('ffff'), { deflated: true });
  const parts = through(new PartDeflater(deflater), part('text', 'a'), apart, part('text', 'b'));
  assert.is(parts[1], apart);
  assert.is(parts.length, 3);
  assert.equal(deflater.written, ['61.', 'reset', '62.']);
});

test('keeps throwing the error of the deflater, because nothing may follow a lost message', () => {
  for (const fails of ['write', 'read'] as const) {
    const deflater = new FakeDeflater();
    const works = deflater[fails];
    deflater[fails] = () => {
      throw new Error('broken');
    };
    const stage = new PartDeflater(deflater);
    const message = part('text', 'a');
    const error = thrownBy(() => stage.write(message)) as Error;
    assert.is(error.message, 'broken');
    deflater[fails] = works as never;
    for (const call of [() => stage.read(), () => stage.close(), () => stage.write(message)]) {
      assert.is(thrownBy(call), error);
    }
  }
});

test('throws an error after the pieces before it', () => {
  const deflater = new FakeDeflater();
  const stage = new PartDeflater(deflater);
  stage.write(part('binary', fromHex('01020304 05060708 09')));
  deflater.read = () => {
    throw new Error('broken');
  };
  const error = thrownBy(() => readAll(stage)) as Error;
  assert.is(error.message, 'broken');
  assert.is(
    thrownBy(() => stage.read()),
    error,
  );
});

test.run();
