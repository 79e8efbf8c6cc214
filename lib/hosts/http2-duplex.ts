// Adapts a stream of Node's HTTP/2 to a duplex of bytes (RFC 8441 §5): END_STREAM is its end, RST_STREAM its reset.

import type { Http2Stream, IncomingHttpHeaders, OutgoingHttpHeaders } from 'node:http2';
import { HeaderFields, type HeaderList } from '../handshake/header-fields.ts';
import type { ByteDuplex } from '../streams/byte-duplex.ts';
import { nodeDuplex } from './node-duplex.ts';
import type { NodeStreamTraits } from './node-stream-traits.ts';

/** The error code of RFC 9113 §7. Not imported from `node:http2`, so that programs with HTTP/1.1 only need not load it. */
const CANCEL = 8;

const http2Traits: NodeStreamTraits<Http2Stream> = {
  cut: stream => {
    // If both sides have ended, the stream closes itself after the remaining data.
    if (!stream.readableEnded || !stream.writableEnded) stream.close(CANCEL);
  },
  // Node closes a stream as soon as both END_STREAM flags have passed, which can be before 'finish'.
  hasSentAll: stream => stream.rstCode === 0,
};

/** Returns a duplex over the DATA of a stream. The duplex owns the stream from then on. */
export function http2Duplex(stream: Http2Stream): ByteDuplex {
  return nodeDuplex(stream, http2Traits);
}

/** Converts Node's header object to a list. Node has joined the values of equal names, except those that it gives as arrays. */
export function headerList(headers: IncomingHttpHeaders): HeaderList {
  return Object.entries(headers).flatMap(([name, value = []]) =>
    [value].flat().map(value => [name, `${value}`] as const),
  );
}

/** Converts a list of headers to Node's header object. */
export function headerObject(headers: HeaderList): OutgoingHttpHeaders {
  const fields = HeaderFields.from(headers);
  const names = new Set(headers.map(([name]) => name));
  return Object.fromEntries(
    Array.from(names, name => {
      const values = fields.getAll(name);
      return [name, values.length === 1 ? values[0] : values];
    }),
  );
}
