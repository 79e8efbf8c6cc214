import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { builtInCodec } from '../../lib/deflate/built-in-codec.ts';
import { type DeflateOptions, deflateSettings } from '../../lib/deflate/deflate-options.ts';
import { zlibCodec } from '../../lib/hosts/zlib-codec.ts';

const test = suite('deflateSettings');

test('is off for false, and has all defaults for true', () => {
  assert.is(deflateSettings('client', false), undefined);
  assert.equal(deflateSettings('server', true), {
    serverContextTakeover: true,
    clientContextTakeover: true,
    serverMaxWindowBits: 15,
    clientMaxWindowBits: 15,
    thresholdBytes: undefined,
    codec: builtInCodec,
  });
});

test('returns values as they are', () => {
  const options = {
    serverContextTakeover: false,
    clientContextTakeover: false,
    serverMaxWindowBits: 9,
    clientMaxWindowBits: 12,
    thresholdBytes: 0,
    codec: zlibCodec,
  };
  assert.equal(deflateSettings('client', options), options);
});

test('accepts any threshold', () => {
  assert.is(deflateSettings('client', { thresholdBytes: 1 })!.thresholdBytes, 1);
  assert.is(deflateSettings('client', { thresholdBytes: Infinity })!.thresholdBytes, Infinity);
});

test('chooses the largest window that fits a memory limit', () => {
  for (const [role, own, peers] of [
    ['server', 'serverMaxWindowBits', 'clientMaxWindowBits'],
    ['client', 'clientMaxWindowBits', 'serverMaxWindowBits'],
  ] as const) {
    for (let bits = 8; bits <= 15; bits++) {
      const out = deflateSettings(role, { maxDeflaterBytes: builtInCodec.deflaterBytes(bits) })!;
      assert.is(out[own], bits);
      assert.is(out[peers], 15);
      const into = deflateSettings(role, { maxInflaterBytes: builtInCodec.inflaterBytes(bits) })!;
      assert.is(into[peers], bits);
      assert.is(into[own], 15);
    }
    const both = deflateSettings(role, { maxDeflaterBytes: Infinity, [own]: 9, [peers]: 10 })!;
    assert.is(both[own], 9);
    assert.is(both[peers], 10);
  }
});

test('rejects memory limits that no window fits', () => {
  const refused: [DeflateOptions, string][] = [
    [{ maxDeflaterBytes: builtInCodec.deflaterBytes(8) - 1 }, 'maxDeflaterBytes'],
    [{ maxInflaterBytes: builtInCodec.inflaterBytes(8) - 1 }, 'maxInflaterBytes'],
    [{ serverMaxWindowBits: 8, codec: zlibCodec }, 'serverMaxWindowBits'],
    [{ serverMaxWindowBits: 7 }, 'serverMaxWindowBits'],
    [{ serverMaxWindowBits: 16 }, 'serverMaxWindowBits'],
    [{ clientMaxWindowBits: 9.5 }, 'clientMaxWindowBits'],
    [{ clientMaxWindowBits: NaN }, 'clientMaxWindowBits'],
    [{ thresholdBytes: -1 }, 'thresholdBytes'],
  ];
  for (const [options, name] of refused) {
    assert.throws(
      () => deflateSettings('server', options),
      (error: unknown) => error instanceof RangeError && error.message.startsWith(name),
    );
  }
  assert.is(deflateSettings('client', { serverMaxWindowBits: 8, codec: zlibCodec })!.serverMaxWindowBits, 8);
});

test('rejects values of other types with the name of the option', () => {
  const refused: [unknown, string][] = [
    [null, 'deflate'],
    ['on', 'deflate'],
    [{ serverContextTakeover: 1 }, 'serverContextTakeover'],
    [{ clientContextTakeover: 'no' }, 'clientContextTakeover'],
    [{ serverMaxWindowBits: '15' }, 'serverMaxWindowBits'],
    [{ thresholdBytes: '1' }, 'thresholdBytes'],
    [{ maxDeflaterBytes: '1' }, 'maxDeflaterBytes'],
  ];
  for (const [options, name] of refused) {
    assert.throws(
      () => deflateSettings('server', options as DeflateOptions),
      (error: unknown) => error instanceof TypeError && error.message.startsWith(name),
      name,
    );
  }
});

test('accepts windows from 8 to 15 bits', () => {
  for (let bits = 8; bits <= 15; bits++) {
    const settings = deflateSettings('client', { serverMaxWindowBits: bits, clientMaxWindowBits: bits });
    assert.equal([settings?.serverMaxWindowBits, settings?.clientMaxWindowBits], [bits, bits]);
  }
});

test.run();
