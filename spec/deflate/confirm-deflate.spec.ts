import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { confirmDeflate } from '../../lib/deflate/confirm-deflate.ts';
import { type DeflateOptions, deflateSettings } from '../../lib/deflate/deflate-options.ts';
import { zlibCodec } from '../../lib/hosts/zlib-codec.ts';
import { elements } from '../support/extension-elements.ts';

const test = suite('confirmDeflate');

const confirm = (answer: string, options: DeflateOptions = {}) =>
  confirmDeflate(elements(answer), deflateSettings('client', options)!);

function refuses(answer: string, reason: string, options: DeflateOptions = {}): void {
  assert.throws(
    () => confirm(answer, options),
    (error: Error & { reason?: string }) => error.name === 'WebSocketError' && error.reason === reason,
    answer,
  );
}

test('confirms an answer that matches the offer', () => {
  assert.equal(confirm('permessage-deflate'), {
    serverContextTakeover: true,
    clientContextTakeover: true,
    serverMaxWindowBits: 15,
    clientMaxWindowBits: 15,
  });
});

test('accepts that the server declined (RFC 7692 §5.1)', () => {
  assert.is(confirm('x-other'), undefined);
  assert.is(confirmDeflate([], deflateSettings('client', true)!), undefined);
});

test('rejects an extension that was accepted twice (§5)', () => {
  refuses('permessage-deflate, permessage-deflate', 'permessage-deflate accepted twice');
  refuses(
    'permessage-deflate, x, permessage-deflate; server_max_window_bits=9',
    'permessage-deflate accepted twice',
  );
});

test('rejects an invalid answer (§7)', () => {
  const invalid = 'invalid parameter of permessage-deflate';
  refuses('permessage-deflate; foo', invalid);
  refuses('permessage-deflate; constructor', invalid);
  refuses('permessage-deflate; server_max_window_bits=08', invalid);
  refuses('permessage-deflate; server_max_window_bits', invalid);
  refuses('permessage-deflate; client_no_context_takeover=1', invalid);
  refuses(
    'permessage-deflate; server_no_context_takeover; server_no_context_takeover',
    'duplicate parameter of permessage-deflate',
  );
});

test('rejects an answer that does not disable takeover as requested (§7.1.1.1)', () => {
  const options = { serverContextTakeover: false };
  refuses('permessage-deflate', 'server_no_context_takeover not confirmed', options);
  assert.is(confirm('permessage-deflate; server_no_context_takeover', options)!.serverContextTakeover, false);
});

test('disables its own takeover if the server requests that without an offer (§7.1.1.2)', () => {
  const agreement = confirm('permessage-deflate; client_no_context_takeover; server_no_context_takeover')!;
  assert.is(agreement.clientContextTakeover, false);
  assert.is(agreement.serverContextTakeover, false);
  assert.is(confirm('permessage-deflate', { clientContextTakeover: false })!.clientContextTakeover, false);
});

test('rejects server_max_window_bits above the offer, or missing (§7.1.2.1)', () => {
  const options = { serverMaxWindowBits: 10 };
  refuses('permessage-deflate', 'server_max_window_bits not confirmed', options);
  refuses('permessage-deflate; server_max_window_bits=11', 'server_max_window_bits not confirmed', options);
  for (const bits of [8, 9, 10]) {
    assert.is(
      confirm(`permessage-deflate; server_max_window_bits=${bits}`, options)!.serverMaxWindowBits,
      bits,
    );
  }
});

test('accepts server_max_window_bits that were not offered (§7.1.2.1)', () => {
  for (let bits = 8; bits <= 15; bits++) {
    assert.is(confirm(`permessage-deflate; server_max_window_bits=${bits}`)!.serverMaxWindowBits, bits);
  }
});

test('respects client_max_window_bits of the server, which need a value (§7.1.2.2)', () => {
  refuses('permessage-deflate; client_max_window_bits', 'client_max_window_bits without a value');
  for (let bits = 8; bits <= 15; bits++) {
    const answer = `permessage-deflate; client_max_window_bits=${bits}`;
    assert.is(confirm(answer)!.clientMaxWindowBits, bits);
    assert.is(confirm(answer, { clientMaxWindowBits: 10 })!.clientMaxWindowBits, Math.min(bits, 10));
  }
});

test('accepts a window that the codec does not support: the client then does not compress (§6, §7.1.2.2)', () => {
  const answer = 'permessage-deflate; client_max_window_bits=8';
  assert.is(confirm(answer, { codec: zlibCodec })!.clientMaxWindowBits, 8);
});

test('rejects client_max_window_bits that were not offered (§7.1.2.2)', () => {
  refuses('permessage-deflate; client_max_window_bits=15', 'client_max_window_bits not offered', {
    codec: { ...zlibCodec, minWindowBits: 15 },
  });
});

test.run();
