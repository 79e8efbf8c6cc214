// All codecs of the library, and the example of an adapter.

import { builtInCodec } from '../../lib/deflate/built-in-codec.ts';
import { fflateCodec } from '../../lib/fflate/fflate-codec.ts';
import { zlibByMessage } from '../../lib/hosts/zlib-by-message.ts';
import { zlibByStream } from '../../lib/hosts/zlib-codec.ts';
import type { CodecSubject } from './codec-suite.ts';
import { pakoCodec } from './pako-codec.ts';

export const codecs: Readonly<Record<string, CodecSubject>> = {
  'built in': { codec: builtInCodec, strict: true },
  'node:zlib': { codec: zlibByStream, strict: true },
  'node:zlib by message': { codec: zlibByMessage, strict: true },
  fflate: { codec: fflateCodec, strict: false },
  pako: { codec: pakoCodec, strict: true },
};
