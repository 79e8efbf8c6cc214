// Modules of lib that have no spec of their own: parts of a machine, whose cases can only be reached through it. Each is
// covered by the spec that is named here alone, or by several specs together, with spaces between their names.

const inflater = 'deflate/inflater';
const deflater = 'deflate/deflater';
/** The parts of an open socket. */
const socket = [
  'open-websocket',
  'socket-driver',
  'stream-semantics',
  'pipe-to-socket',
  'message-writable',
  'field-reports',
]
  .map(name => `sockets/${name}`)
  .join(' ');

export const coveredBy: Readonly<Record<string, string>> = {
  'base/budget': 'events/event-decoder',
  'deflate/bit-reader': inflater,
  'deflate/block-reader': inflater,
  'deflate/code-table': inflater,
  'deflate/dynamic-header-reader': inflater,
  'deflate/read-quickly': inflater,
  'deflate/block-writer': deflater,
  'deflate/dynamic-header-writer': deflater,
  'deflate/matcher': deflater,
  'deflate/symbol-buffer': deflater,
  'deflate/fixed-tables': inflater,
  'deflate/symbols': deflater,
  'deflate/built-in-codec': 'deflate/codec',
  'hosts/upgrade-router': 'hosts/serve',
  'sockets/event-inbox': socket,
  'sockets/event-readables': socket,
  'sockets/message-writable': socket,
  'sockets/open-websocket': socket,
  'sockets/pending-send': socket,
  'sockets/pipe-to-socket': socket,
  'sockets/socket-driver': socket,
  'streams/direct-readable': 'streams/pulled-readable',
  'streams/direct-reader': 'streams/pulled-readable',
  'testing/wire': 'testing/duplex-pair',
};
