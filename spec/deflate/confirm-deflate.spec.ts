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

test('agrees to what was offered', () => {
  assert.equal(confirm('permessage-deflate'), {
    serverContextTakeover: true,
    clientContextTakeover: true,
    serverMaxWindowBits: 15,
    clientMaxWindowBits: 15,
  });
});

test('takes a decline (RFC 7692 §5.1)', () => {
  assert.is(confirm('x-other'), undefined);
  assert.is(confirmDeflate([], deflateSettings('client', true)!), undefined);
});

test('fails when it is accepted twice (§5)', () => {
  refuses('permessage-deflate, permessage-deflate', 'permessage-deflate accepted twice');
  refuses(
    'permessage-deflate, x, permessage-deflate; server_max_window_bits=9',
    'permessage-deflate accepted twice',
  );
});

test('fails on what is wrong in itself (§7)', () => {
  const invalid = 'invalid parameter of permessage-deflate';
  refuses('permessage-deflate; foo', invalid);
  refuses('permessage-deflate; constructor', invalid);
  refuses('permessage-deflate; server_max_window_bits=08', invalid);
  refuses('permessage-deflate; server_max_window_bits', invalid);
  refuses('permessage-deflate; client_no_context_takeover=1', invalid);
  refuses(
    'permessage-deflate; server_no_context_takeover; server_no_context_takeover',
    'a parameter of permessage-deflate twice',
  );
});

test('fails when the server keeps takeover that it was asked to give up (§7.1.1.1)', () => {
  const options = { serverContextTakeover: false };
  refuses('permessage-deflate', 'server_no_context_takeover not confirmed', options);
  assert.is(confirm('permessage-deflate; server_no_context_takeover', options)!.serverContextTakeover, false);
});

test('gives up its own takeover when the server asks for it unasked (§7.1.1.2)', () => {
  const agreement = confirm('permessage-deflate; client_no_context_takeover; server_no_context_takeover')!;
  assert.is(agreement.clientContextTakeover, false);
  assert.is(agreement.serverContextTakeover, false);
  assert.is(confirm('permessage-deflate', { clientContextTakeover: false })!.clientContextTakeover, false);
});

test('fails when the server answers with more window bits than it was offered, or with none (§7.1.2.1)', () => {
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

test('takes window bits of the server unasked (§7.1.2.1)', () => {
  for (let bits = 8; bits <= 15; bits++) {
    assert.is(confirm(`permessage-deflate; server_max_window_bits=${bits}`)!.serverMaxWindowBits, bits);
  }
});

test('keeps to the window bits that the server asks of it, which need a value (§7.1.2.2)', () => {
  refuses('permessage-deflate; client_max_window_bits', 'client_max_window_bits without a value');
  for (let bits = 8; bits <= 15; bits++) {
    const answer = `permessage-deflate; client_max_window_bits=${bits}`;
    assert.is(confirm(answer)!.clientMaxWindowBits, bits);
    assert.is(confirm(answer, { clientMaxWindowBits: 10 })!.clientMaxWindowBits, Math.min(bits, 10));
  }
});

test('takes a window that the codec cannot keep to: the client then does not compress (§6, §7.1.2.2)', () => {
  const answer = 'permessage-deflate; client_max_window_bits=8';
  assert.is(confirm(answer, { codec: zlibCodec })!.clientMaxWindowBits, 8);
});

test('fails when the server asks for a window although none was offered (§7.1.2.2)', () => {
  refuses('permessage-deflate; client_max_window_bits=15', 'client_max_window_bits not offered', {
    codec: { ...zlibCodec, minWindowBits: 15 },
  });
});

test.run();
