// Checks the decoders of heads.

import { strict as assert } from 'node:assert';
import type { HandshakeError } from '../../../lib/handshake/handshake-error.ts';
import { encodeHead, type RequestHead, type ResponseHead } from '../../../lib/handshake/head.ts';
import { RequestHeadDecoder } from '../../../lib/handshake/request-head-decoder.ts';
import { ResponseHeadDecoder } from '../../../lib/handshake/response-head-decoder.ts';
import { concatenated } from '../../../lib/testing/rechunk.ts';
import { type Cuts, cutBy } from '../shapes/cuts.ts';
import { headBytes } from '../shapes/heads.ts';
import { metered } from './metered.ts';

type Kind = 'request' | 'response';

/** A head and the bytes after it, as Latin-1, and the chunk lengths. */
export interface HeadInput {
  readonly head: string;
  readonly cuts: Cuts;
}

interface Outcome {
  readonly head: RequestHead | ResponseHead | undefined;
  /** The bytes after the head. */
  readonly rest: Uint8Array | undefined;
  readonly error: string | undefined;
}

const token = "[!#$%&'*+.^_`|~A-Za-z0-9-]+";
const field = `${token}:[\\t\\x20-\\x7e\\x80-\\xff]*\\r\\n`;
const grammar: Record<Kind, RegExp> = {
  request: new RegExp(`^${token} [\\x21-\\x7e]+ HTTP/1\\.[0-9]\\r\\n((?:${field})*)\\r\\n`),
  response: new RegExp(
    `^HTTP/1\\.[0-9] [1-5][0-9]{2}(?: [\\t\\x20-\\x7e\\x80-\\xff]*)?\\r\\n((?:${field})*)\\r\\n`,
  ),
};

/** Decodes in chunks, compares with the grammar, encodes and decodes again. Returns the head if it is valid. */
export function checkHead(kind: Kind, input: HeadInput): RequestHead | ResponseHead | undefined {
  const bytes = headBytes(input.head);
  const whole = decode(kind, [bytes]);
  for (const lengths of [input.cuts, [1]]) {
    const chunks = cutBy(lengths, bytes);
    const { result, bytes: moved } = metered(() => decode(kind, chunks));
    assert.deepEqual(result, whole, 'all chunks must have the same result');
    assert.ok(moved <= 4096 + 8 * bytes.length, `${moved} bytes allocated or moved for ${bytes.length}`);
  }
  const [matched = '', fields] = grammar[kind].exec(input.head) ?? [];
  const lines = fields?.split('\r\n').slice(0, -1) ?? [];
  const fits = lines.length <= 128 && lines.every(line => line.indexOf(':') <= 256);
  assert.equal(
    whole.head !== undefined,
    matched !== '' && fits,
    'the decoder must accept what the grammar accepts',
  );
  if (whole.head === undefined) return undefined;
  assert.deepEqual(whole.rest, bytes.subarray(matched.length));
  const again = decode(kind, [encodeHead(whole.head)]);
  assert.deepEqual(again.head, whole.head, 'the encoded head must decode to the same');
  return whole.head;
}

function decode(kind: Kind, chunks: readonly Uint8Array[]): Outcome {
  const decoder = kind === 'request' ? new RequestHeadDecoder() : new ResponseHeadDecoder();
  try {
    for (const [index, chunk] of chunks.entries()) {
      decoder.write(chunk);
      const head = decoder.read();
      if (head === undefined) continue;
      assert.equal(decoder.read(), undefined);
      decoder.close();
      return { head, rest: concatenated([decoder.rest(), ...chunks.slice(index + 1)]), error: undefined };
    }
    decoder.close();
    assert.fail('the end of the input inside the head was accepted');
  } catch (error) {
    const { name, message, closeCode, response } = error as HandshakeError;
    if (name !== 'HandshakeError') throw error;
    for (const step of [() => decoder.read(), () => decoder.close()])
      assert.throws(step, again => again === error);
    assert.equal(closeCode, 1006);
    if (response !== undefined) encodeHead(response);
    return { head: undefined, rest: undefined, error: message };
  }
}
