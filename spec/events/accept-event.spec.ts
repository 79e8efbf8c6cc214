import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  acceptEvent,
  acceptWhole,
  between,
  type CompressionChoice,
  type Progress,
} from '../../lib/events/accept-event.ts';
import type { OutgoingEvent } from '../../lib/events/event.ts';
import { counted, fromHex, hex } from '../support/bytes.ts';
import { thrownBy } from '../support/reading.ts';

const test = suite('acceptEvent');

const plain: CompressionChoice = () => false;

/** Returns the parts of a sequence of events as `type first last: payload`, and the state at the end. */
function accepted(events: OutgoingEvent[], chooses = plain): [parts: string[], progress: Progress] {
  let progress = between;
  const parts = events.map(event => {
    const [part, then] = acceptEvent(event, progress, chooses);
    progress = then;
    const payload = typeof part.payload === 'string' ? `'${part.payload}'` : hex(part.payload);
    const marks = [part.compressed && 'compressed', part.first && 'first', part.last && 'last'].filter(
      Boolean,
    );
    return `${part.type} ${marks.join(' ')}: ${payload}`;
  });
  return [parts, progress];
}

function refuses(event: unknown, progress: Progress, kind: typeof TypeError, message: string): void {
  const error = thrownBy(() => acceptEvent(event as OutgoingEvent, progress, plain)) as Error;
  assert.instance(error, kind);
  assert.is(error.message, message);
}

const inside = (message: 'text' | 'binary'): Progress => ({
  type: 'inside',
  message,
  compressed: false,
  surrogate: '',
});
const closed: Progress = { type: 'closed' };

test('returns a part for each event, whole by default (§5.6)', () => {
  const [parts, progress] = accepted([
    { type: 'text', data: 'é' },
    { type: 'text', data: '', last: true },
    { type: 'binary', data: fromHex('01') },
    { type: 'ping' },
    { type: 'ping', data: fromHex('70') },
    { type: 'pong', data: fromHex('') },
    { type: 'close', closeCode: 1000, reason: 'bye' },
  ]);
  assert.equal(parts, [
    "text first last: 'é'",
    "text first last: ''",
    'binary first last: 01',
    'ping first last: ',
    'ping first last: 70',
    'pong first last: ',
    'close first last: 03e8627965',
  ]);
  assert.equal(progress, { type: 'closed' });
});

test('passes on the bytes of an event without a copy, exactly those of any view (attack 53)', () => {
  const { buffer } = counted(32);
  for (const view of [
    new Uint8Array(buffer, 8, 16),
    new Int8Array(buffer, 8, 16),
    new Uint16Array(buffer, 8, 8),
    new Float32Array(buffer, 8, 4),
    new BigInt64Array(buffer, 8, 2),
    new DataView(buffer, 8, 16),
    Buffer.from(buffer, 8, 16),
  ]) {
    for (const type of ['binary', 'ping', 'pong'] as const) {
      const [part] = acceptEvent({ type, data: view }, between, plain);
      const payload = part.payload as Uint8Array;
      assert.is(hex(payload), hex(counted(32).subarray(8, 24)), view.constructor.name);
      assert.is(payload.buffer, buffer);
    }
  }
  assert.equal(accepted([{ type: 'binary', data: fromHex('0102').buffer }])[0], ['binary first last: 0102']);
});

test('continues a message until its last part, with control frames between them (§5.4)', () => {
  const [parts, progress] = accepted([
    { type: 'text', data: 'a', last: false },
    { type: 'ping' },
    { type: 'text', data: 'b', last: false },
    { type: 'pong' },
    { type: 'text', data: 'c', last: true },
    { type: 'binary', data: fromHex('01'), last: false },
    { type: 'binary', data: fromHex('') },
  ]);
  assert.equal(parts, [
    "text first: 'a'",
    'ping first last: ',
    "text : 'b'",
    'pong first last: ',
    "text last: 'c'",
    'binary first: 01',
    'binary last: ',
  ]);
  assert.is(progress, between);
});

test('returns the state that limits the next event', () => {
  const [, text] = acceptEvent({ type: 'text', data: 'a', last: false }, between, plain);
  assert.equal(text, { type: 'inside', message: 'text', compressed: false, surrogate: '' });
  const [, binary] = acceptEvent({ type: 'binary', data: fromHex('61'), last: false }, between, plain);
  assert.equal(binary, { type: 'inside', message: 'binary', compressed: false, surrogate: '' });
  const [, ping] = acceptEvent({ type: 'ping' }, text, plain);
  assert.is(ping, text);
});

test('keeps surrogate pairs together across any number of parts', () => {
  const text = (data: string, last = false): OutgoingEvent => ({ type: 'text', data, last });
  assert.equal(accepted([text('a\ud834'), text('\udd1eb', true)])[0], ["text first: 'a'", "text last: '𝄞b'"]);
  assert.equal(accepted([text('\ud834'), text(''), text('\udd1e', true)])[0], [
    "text first: ''",
    "text : ''",
    "text last: '𝄞'",
  ]);
  assert.equal(accepted([text('\ud834'), { type: 'ping' }, text('\udd1e'), text('', true)])[0], [
    "text first: ''",
    'ping first last: ',
    "text : '𝄞'",
    "text last: ''",
  ]);
});

test('holds back a lone surrogate only until the next part', () => {
  const text = (data: string, last = false): OutgoingEvent => ({ type: 'text', data, last });
  assert.equal(accepted([text('\ud834'), text('b', true)])[0], ["text first: ''", "text last: '\ud834b'"]);
  assert.equal(accepted([text('\ud834'), text('\ud834'), text('', true)])[0], [
    "text first: ''",
    "text : '\ud834'",
    "text last: '\ud834'",
  ]);
  assert.equal(accepted([text('\udbff', true)])[0], ["text first last: '\udbff'"]);
  assert.equal(accepted([{ type: 'text', data: '\udbff' }])[0], ["text first last: '\udbff'"]);
  assert.equal(accepted([text('\ud800'), text('', true)])[0], ["text first: ''", "text last: '\ud800'"]);
  for (const whole of ['\udc00', '\ud7ff', '\udfff', '\ue000']) {
    assert.equal(accepted([text(whole), text('', true)])[0], [`text first: '${whole}'`, "text last: ''"]);
  }
  for (const half of ['\ud800', '\udbff']) {
    assert.equal(accepted([text(half), text('', true)])[0], ["text first: ''", `text last: '${half}'`]);
  }
});

test('rejects every event after a Close (§5.5.1)', () => {
  for (const type of ['text', 'binary', 'ping', 'pong', 'close']) {
    refuses({ type, data: '' }, closed, TypeError, `cannot send ${type} after a Close frame`);
  }
});

test('rejects a new message inside a message, and lets a Close end it (§5.4)', () => {
  refuses(
    { type: 'binary', data: fromHex('') },
    inside('text'),
    TypeError,
    'cannot send binary inside a text message: send its last part first',
  );
  refuses(
    { type: 'text', data: '' },
    inside('binary'),
    TypeError,
    'cannot send text inside a binary message: send its last part first',
  );
  const [part, progress] = acceptEvent({ type: 'close' }, inside('text'), plain);
  assert.is(hex(part.payload as Uint8Array), '');
  assert.equal(progress, closed);
});

test('accepts 125 bytes in a control frame, and rejects 126 (§5.5; conformance 77)', () => {
  for (const type of ['ping', 'pong'] as const) {
    assert.is(acceptEvent({ type, data: counted(125) }, between, plain)[0].payload.length, 125);
    const message = `data of a ${type} must be at most 125 bytes (got`;
    refuses({ type, data: counted(126) }, between, RangeError, `${message} 126)`);
    refuses({ type, data: new Float64Array(20) }, between, RangeError, `${message} 160)`);
  }
});

test('rejects data of an invalid type, so that a number does not become a length (attacks 52 and 53)', () => {
  const wrong: [data: unknown, named: string][] = [
    [200, '200'],
    [true, 'true'],
    [null, 'null'],
    [{}, 'an object'],
    [[1, 2], 'an array'],
    ['text', '"text"'],
    [() => 0, 'a function'],
  ];
  for (const [data, named] of wrong) {
    const message = `expected a buffer or a view of one (got ${named})`;
    for (const type of ['binary', 'ping', 'pong']) refuses({ type, data }, between, TypeError, message);
  }
  refuses({ type: 'binary' }, between, TypeError, 'expected a buffer or a view of one (got undefined)');
  const noText: [data: unknown, named: string][] = [
    [200, '200'],
    [true, 'true'],
    [null, 'null'],
    [{}, 'an object'],
    [fromHex('61'), 'an object'],
    [undefined, 'undefined'],
  ];
  for (const [data, named] of noText) {
    refuses({ type: 'text', data }, between, TypeError, `data of a text must be a string (got ${named})`);
  }
  const codes = 'closeCode must be from 1000 to 1003, 1007 to 1014 or 3000 to 4999';
  refuses({ type: 'close', closeCode: 1005 }, between, RangeError, `${codes} (got 1005)`);
  refuses(
    { type: 'close', closeCode: '1000' },
    between,
    TypeError,
    'closeCode must be a number (got "1000")',
  );
});

test('rejects unknown types', () => {
  for (const type of ['continuation', '', undefined, 'toString']) {
    const message = "type of an event must be 'text', 'binary', 'ping', 'pong' or 'close'";
    const named = type === undefined ? 'undefined' : `"${type}"`;
    refuses({ type, data: '' }, between, TypeError, `${message} (got ${named})`);
  }
  assert.instance(
    thrownBy(() => acceptEvent(null as never, between, plain)),
    TypeError,
  );
});

test('asks once for each message whether to compress it, by its length and the choice of the event (RFC 7692 §6)', () => {
  const asked: unknown[] = [];
  const chooses: CompressionChoice = (byteLength, choice) => {
    asked.push([byteLength, choice]);
    return true;
  };
  const [parts] = accepted(
    [
      { type: 'text', data: 'abc' },
      { type: 'binary', data: new Uint16Array(2), compress: false },
      { type: 'text', data: 'abc', last: false, compress: true },
      { type: 'ping', data: fromHex('70') },
      { type: 'text', data: 'd', compress: false },
      { type: 'close' },
    ],
    chooses,
  );
  assert.equal(asked, [
    [3, undefined],
    [4, false],
    [Infinity, true],
  ]);
  assert.equal(parts, [
    "text compressed first last: 'abc'",
    'binary compressed first last: 00000000',
    "text compressed first: 'abc'",
    'ping first last: 70',
    "text compressed last: 'd'",
    'close first last: ',
  ]);
});

test('holds back nothing of a text that is whole by default', () => {
  const [part, progress] = acceptEvent({ type: 'text', data: 'a\ud834' }, between, plain);
  assert.equal([part.payload, part.last], ['a\ud834', true]);
  assert.is(progress, between);
});

test('returns the same part for a whole message as for its event', () => {
  const chooses: CompressionChoice = (byteLength, choice) => choice ?? byteLength > 2;
  for (const event of [
    { type: 'text', data: 'é' },
    { type: 'text', data: 'long' },
    { type: 'text', data: 'a\ud83d', compress: true },
    { type: 'binary', data: fromHex('01') },
    { type: 'binary', data: fromHex('010203'), compress: false },
  ] as const) {
    assert.equal(acceptWhole(event, chooses), acceptEvent(event, between, chooses)[0]);
  }
});

test('refuses a whole message of the wrong shape with the same error as its event', () => {
  for (const event of [
    { type: 'text', data: 5 },
    { type: 'text', data: fromHex('01') },
    { type: 'binary', data: 'a' },
    { type: 'blob', data: 'a' },
  ] as never[]) {
    const error = thrownBy(() => acceptWhole(event, plain)) as Error;
    const other = thrownBy(() => acceptEvent(event, between, plain)) as Error;
    assert.instance(error, TypeError);
    assert.is(error.message, other.message);
  }
});

test.run();
