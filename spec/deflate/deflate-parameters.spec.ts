import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { readDeflateParameters, writeDeflateParameters } from '../../lib/deflate/deflate-parameters.ts';
import { elements } from '../support/extension-elements.ts';

const test = suite('DeflateParameters');

const read = (parameters: string) =>
  readDeflateParameters(elements(`permessage-deflate${parameters}`)[0]!.parameters);
const invalid = 'invalid parameter of permessage-deflate';
const duplicate = 'duplicate parameter of permessage-deflate';

test('accepts none or any of the four parameters, in any order (RFC 7692 §7.1)', () => {
  assert.equal(read(''), {});
  assert.equal(
    read(
      '; client_max_window_bits=9; server_no_context_takeover; server_max_window_bits=10; client_no_context_takeover',
    ),
    {
      clientMaxWindowBits: 9,
      serverNoContextTakeover: true,
      serverMaxWindowBits: 10,
      clientNoContextTakeover: true,
    },
  );
  assert.equal(read('; client_max_window_bits'), { clientMaxWindowBits: 'any' });
});

test('rejects a value for the takeover parameters (§7.1.1)', () => {
  for (const name of ['server_no_context_takeover', 'client_no_context_takeover']) {
    for (const value of ['', '1', 'true', '15']) assert.is(read(`; ${name}=${value}`), invalid);
  }
});

test('accepts window bits from 8 to 15 without leading zeros (§7.1.2)', () => {
  for (const name of ['server_max_window_bits', 'client_max_window_bits']) {
    for (let bits = 8; bits <= 15; bits++) {
      assert.equal(Object.values(read(`; ${name}=${bits}`)), [bits]);
    }
    const wrong = [
      '',
      '7',
      '16',
      '0',
      '-1',
      '+9',
      '08',
      '015',
      '1e1',
      '0x9',
      '9.0',
      '1000',
      ' 9',
      '9 ',
      '٩',
      'any',
      '8\n',
    ];
    for (const value of wrong) {
      assert.is(readDeflateParameters([[name, value]]), invalid, JSON.stringify(value));
    }
  }
});

test('requires a value for server_max_window_bits (§7.1.2.1)', () => {
  assert.is(read('; server_max_window_bits'), invalid);
});

test('rejects other names, other cases, and names of object properties (§7.1)', () => {
  const names = [
    'foo',
    'Server_No_Context_Takeover',
    'server_max_window_bits_foo',
    'server_no_context_takeovre',
    '',
  ];
  for (const name of [...names, 'constructor', '__proto__', 'toString', 'hasOwnProperty']) {
    assert.is(readDeflateParameters([[name, undefined]]), invalid, name);
  }
});

test('rejects duplicates (§7.1)', () => {
  assert.is(read('; client_max_window_bits; client_max_window_bits'), duplicate);
  assert.is(read('; server_max_window_bits=9; server_max_window_bits=9'), duplicate);
  assert.is(
    read('; server_no_context_takeover; client_no_context_takeover; server_no_context_takeover'),
    duplicate,
  );
});

test('writes elements that it can read', () => {
  for (const parameters of [
    '',
    '; client_max_window_bits',
    '; server_no_context_takeover; client_no_context_takeover; server_max_window_bits=10; client_max_window_bits=9',
  ]) {
    const element = `permessage-deflate${parameters}`;
    const value = read(parameters);
    assert.is(typeof value === 'string' ? value : writeDeflateParameters(value), element);
  }
});

test.run();
