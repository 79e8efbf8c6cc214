// A stream of Node's HTTP/2 in place of a TCP connection (RFC 8441 §5): END_STREAM is its end, RST_STREAM its reset.

import type { Http2Stream, IncomingHttpHeaders, OutgoingHttpHeaders } from 'node:http2';
import { HeaderFields, type HeaderList } from '../handshake/header-fields.ts';
import type { ByteDuplex } from '../streams/byte-duplex.ts';
import { nodeDuplex } from './node-duplex.ts';
import type { NodeStreamTraits } from './node-stream-traits.ts';

/** RFC 9113 §7. Not from `node:http2`: whoever speaks HTTP/1.1 alone need not load that. */
const CANCEL = 8;

const ofStreams: NodeStreamTraits<Http2Stream> = {
  cut: stream => {
    // Where both sides have ended the stream closes by itself, behind what is still to be sent.
    if (!stream.readableEnded || !stream.writableEnded) stream.close(CANCEL);
  },
  // Node closes a stream as soon as both END_STREAM have passed, which can be before 'finish'.
  hasSentAll: stream => stream.rstCode === 0,
};

/** Both directions of the DATA of a stream, which is the duplex's from now on. */
export function http2Duplex(stream: Http2Stream): ByteDuplex {
  return nodeDuplex(stream, ofStreams);
}

/** Node's object of headers as a list; equal names have been joined by Node, except where it gives all their values. */
export function headerList(headers: IncomingHttpHeaders): HeaderList {
  return Object.entries(headers).flatMap(([name, value = []]) =>
    [value].flat().map(value => [name, `${value}`] as const),
  );
}

/** A list of headers as Node's object. */
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
