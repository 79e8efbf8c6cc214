// Modules of lib that have no spec of their own: parts of a machine, whose cases can only be reached through it. Each is
// covered by the spec that is named here alone.

const inflater = 'deflate/inflater';
const deflater = 'deflate/deflater';
const socket = 'sockets/open-websocket';

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
  'sockets/event-inbox': socket,
  'sockets/event-readables': socket,
  'sockets/event-subscription': socket,
  'sockets/pending-send': socket,
  'sockets/socket-driver': socket,
  'streams/direct-readable': 'streams/pulled-readable',
  'streams/direct-reader': 'streams/pulled-readable',
  'testing/wire': 'testing/duplex-pair',
};
