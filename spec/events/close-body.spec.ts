import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { encodeCloseBody, parseCloseBody } from '../../lib/events/close-body.ts';
import { assertViolation } from '../support/assert-violation.ts';
import { disguises, fromHex, hex } from '../support/bytes.ts';
import { thrownBy } from '../support/reading.ts';
import { invalidTexts, validTexts } from '../support/texts.ts';
import * as violations from '../support/violations.ts';

const test = suite('parseCloseBody');

/** Whether a Close frame may carry the code, by §7.4 and the registry of the IANA. */
const mayStand = (code: number) =>
  [1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014].includes(code) ||
  (code >= 3000 && code <= 4999);

test('parses an empty body as no code and no reason (§5.5.1)', () => {
  assert.equal(parseCloseBody(fromHex('')), { type: 'close', closeCode: undefined, reason: '' });
  assert.equal(Object.keys(parseCloseBody(fromHex(''))), ['type', 'closeCode', 'reason']);
});

test('rejects a body of one byte (§5.5.1; attack 32)', () => {
  for (const body of ['61', '03'])
    assertViolation(
      thrownBy(() => parseCloseBody(fromHex(body))),
      violations.oneByteClose,
    );
});

test('parses a code in network order, and the reason after it (§5.5.1)', () => {
  assert.equal(parseCloseBody(fromHex('03e8')), { type: 'close', closeCode: 1000, reason: '' });
  assert.equal(parseCloseBody(fromHex('0fa0 627965')), { type: 'close', closeCode: 4000, reason: 'bye' });
  assert.equal(Object.keys(parseCloseBody(fromHex('03e8'))), ['type', 'closeCode', 'reason']);
  for (const body of disguises(fromHex('03e9 c3a9'))) assert.is(parseCloseBody(body).reason, 'é');
});

test('accepts exactly the codes that a Close frame may carry, of all 65,536 (§7.4)', () => {
  for (let code = 0; code <= 65_535; code++) {
    const body = Uint8Array.of(code >> 8, code);
    if (mayStand(code)) assert.is(parseCloseBody(body).closeCode, code);
    else
      assertViolation(
        thrownBy(() => parseCloseBody(body)),
        violations.invalidCloseCode(code),
      );
  }
});

test('accepts a reason of 123 bytes, and any UTF-8, also a BOM (§5.5.1)', () => {
  for (const text of [...validTexts, '2a*123', 'efbbbf61']) {
    const expected = Buffer.from(fromHex(text)).toString();
    assert.is(parseCloseBody(fromHex(`03e8 ${text}`)).reason, expected, text);
  }
});

test('rejects a reason that is not UTF-8, and accepts the next one (§8.1; attack 86)', () => {
  for (const text of [...invalidTexts, 'c328']) {
    assertViolation(
      thrownBy(() => parseCloseBody(fromHex(`03e8 ${text}`))),
      violations.reasonNoUtf8,
      text,
    );
    assert.is(parseCloseBody(fromHex('03e8 6f6b')).reason, 'ok');
  }
});

test('reports an invalid code before an invalid reason', () => {
  assertViolation(
    thrownBy(() => parseCloseBody(fromHex('0000 ff'))),
    violations.invalidCloseCode(0),
  );
});

test('encodeCloseBody() returns an empty body without code and reason, and bodies that can be parsed', () => {
  assert.is(hex(encodeCloseBody(undefined)), '');
  assert.is(hex(encodeCloseBody(undefined, '')), '');
  assert.is(hex(encodeCloseBody(1000)), '03e8');
  assert.is(hex(encodeCloseBody(4999, 'é')), '1387c3a9');
  assert.is(hex(encodeCloseBody(1001, '\ud800')), '03e9efbfbd');
});

test('encodeCloseBody() uses code 1000 for a reason without a code', () => {
  assert.is(hex(encodeCloseBody(undefined, 'bye')), '03e8627965');
});

test('encodeCloseBody() accepts exactly the codes that a Close frame may carry (§7.4)', () => {
  for (let code = 0; code <= 65_536; code++) {
    if (mayStand(code)) assert.is(hex(encodeCloseBody(code)), code.toString(16).padStart(4, '0'));
    else {
      const error = thrownBy(() => encodeCloseBody(code)) as Error;
      assert.instance(error, RangeError);
      assert.is(
        error.message,
        `closeCode must be from 1000 to 1003, 1007 to 1014 or 3000 to 4999 (got ${code})`,
      );
    }
  }
  for (const code of [NaN, Infinity, -1000, 1000.5])
    assert.instance(
      thrownBy(() => encodeCloseBody(code)),
      RangeError,
    );
});

test('encodeCloseBody() accepts a reason of 123 bytes, and rejects 124 (§5.5; attack 31)', () => {
  assert.is(encodeCloseBody(1000, `${'é'.repeat(61)}a`).length, 125);
  assert.is(encodeCloseBody(1000, 'a'.repeat(123)).length, 125);
  for (const reason of ['é'.repeat(62), 'a'.repeat(124)]) {
    const error = thrownBy(() => encodeCloseBody(1000, reason)) as Error;
    assert.instance(error, RangeError);
    assert.is(error.message, 'reason must be at most 123 bytes of UTF-8 (got 124)');
  }
});

test('encodeCloseBody() rejects a code that is not a number and a reason that is not a string (attacks 52 and 53)', () => {
  const codes: [code: unknown, named: string][] = [
    ['1000', '"1000"'],
    [null, 'null'],
    [{}, 'an object'],
    [new Float32Array(20), 'an object'],
    [true, 'true'],
  ];
  for (const [code, named] of codes) {
    const error = thrownBy(() => encodeCloseBody(code as never)) as Error;
    assert.instance(error, TypeError, String(code));
    assert.is(error.message, `closeCode must be a number (got ${named})`);
  }
  const reasons: [reason: unknown, named: string][] = [
    [1, '1'],
    [null, 'null'],
    [{}, 'an object'],
    [new Float32Array(20), 'an object'],
    [fromHex('61'), 'an object'],
  ];
  for (const [reason, named] of reasons) {
    const error = thrownBy(() => encodeCloseBody(1000, reason as never)) as Error;
    assert.instance(error, TypeError, String(reason));
    assert.is(error.message, `reason must be a string (got ${named})`);
  }
});

test.run();
