// Modules of lib without a spec of their own, because they can only be tested as parts of another module. The value names
// the spec that must cover the module, or several specs separated by spaces.

const inflater = 'deflate/inflater';
const deflater = 'deflate/deflater';
const zlibCodec = 'hosts/zlib-codec';
/** The specs that cover the parts of an open socket. */
const socket = [
  'open-websocket',
  'iterated-messages',
  'socket-driver',
  'stream-semantics',
  'pipe-to-socket',
  'message-writable',
  'field-reports',
]
  .map(name => `sockets/${name}`)
  .join(' ');
const connect = 'command/connect';

export const coveredBy: Readonly<Record<string, string>> = {
  'base/budget': 'events/event-decoder',
  'command/command-error': 'command/run-command',
  'command/conversation': connect,
  'command/help': 'command/arguments',
  'command/http-server': 'command/listen',
  'command/input': connect,
  'command/process-like': connect,
  'command/session': 'command/connect command/listen command/proxy',
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
  'streams/pending-read': 'streams/pulled-readable',
  'hosts/zlib-deflater': zlibCodec,
  'hosts/zlib-inflater': zlibCodec,
  'hosts/zlib-stream': zlibCodec,
  'testing/wire': 'testing/duplex-pair',
};
