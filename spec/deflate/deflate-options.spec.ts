import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { builtInCodec } from '../../lib/deflate/built-in-codec.ts';
import { type DeflateOptions, deflateSettings } from '../../lib/deflate/deflate-options.ts';
import { zlibCodec } from '../../lib/hosts/zlib-codec.ts';

const test = suite('deflateSettings');

test('is off for false, and all defaults for true', () => {
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

test('takes values as they are', () => {
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

test('takes a threshold of any length', () => {
  assert.is(deflateSettings('client', { thresholdBytes: 1 })!.thresholdBytes, 1);
  assert.is(deflateSettings('client', { thresholdBytes: Infinity })!.thresholdBytes, Infinity);
});

test('chooses the largest window that a memory limit leaves room for', () => {
  for (const [role, ours, theirs] of [
    ['server', 'serverMaxWindowBits', 'clientMaxWindowBits'],
    ['client', 'clientMaxWindowBits', 'serverMaxWindowBits'],
  ] as const) {
    for (let bits = 8; bits <= 15; bits++) {
      const out = deflateSettings(role, { maxDeflaterBytes: builtInCodec.deflaterBytes(bits) })!;
      assert.is(out[ours], bits);
      assert.is(out[theirs], 15);
      const into = deflateSettings(role, { maxInflaterBytes: builtInCodec.inflaterBytes(bits) })!;
      assert.is(into[theirs], bits);
      assert.is(into[ours], 15);
    }
    const both = deflateSettings(role, { maxDeflaterBytes: Infinity, [ours]: 9, [theirs]: 10 })!;
    assert.is(both[ours], 9);
    assert.is(both[theirs], 10);
  }
});

test('refuses limits that no window fits', () => {
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

test('refuses other types by name', () => {
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

test('takes each window from 8 to 15 bits', () => {
  for (let bits = 8; bits <= 15; bits++) {
    const settings = deflateSettings('client', { serverMaxWindowBits: bits, clientMaxWindowBits: bits });
    assert.equal([settings?.serverMaxWindowBits, settings?.clientMaxWindowBits], [bits, bits]);
  }
});

test.run();
