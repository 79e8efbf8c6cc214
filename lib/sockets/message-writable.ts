// A message that is sent part by part, as a writable stream: RFC 6455 §5.4.

import { CloseCode } from '../base/close-code.ts';
import { asBytes, type ByteSource, isByteSource } from '../bytes/as-bytes.ts';
import type { Connection } from '../connection/connection.ts';
import type { OutgoingBinary, OutgoingText } from '../events/event.ts';
import { WritableStream } from '../streams/platform.ts';
import { invalidState } from './close-info.ts';

export interface MessageOptions {
  /** Whether to compress, where that was agreed upon. Default: yes. */
  readonly compress?: boolean | undefined;
}

/** So much may be written before `ready` waits. */
const highWaterMark = 65_536;

/** The writable of one message on the connection; `push` lets it leave. */
export function messageWritable(
  type: 'text' | 'binary',
  { compress }: MessageOptions,
  connection: Connection,
  push: () => void,
): WritableStream<string | ByteSource> {
  const message = connection.openMessage();
  const send = (data: string | ByteSource, last: boolean) =>
    new Promise<void>((resolve, reject) => {
      if (!connection.open) return reject(invalidState('the WebSocket is closing'));
      connection.send(part(type, data, last, compress), resolve, message);
      push();
    });
  return new WritableStream<string | ByteSource>(
    {
      write: chunk => send(chunk, false),
      close: () => send(type === 'text' ? '' : new Uint8Array(0), true),
      abort() {
        if (connection.dropMessage(message)) return;
        connection.abort(CloseCode.InternalError, 'message aborted');
        push();
      },
    },
    { highWaterMark, size: chunk => (typeof chunk === 'string' ? 3 * chunk.length : asBytes(chunk).length) },
  );
}

function part(
  type: 'text' | 'binary',
  data: string | ByteSource,
  last: boolean,
  compress: boolean | undefined,
): OutgoingText | OutgoingBinary {
  if (type === 'text') return { type, data: data as string, last, compress };
  if (!isByteSource(data))
    throw new TypeError(`a part of a binary message must be a buffer, not ${typeof data}`);
  return { type, data: new Uint8Array(asBytes(data)), last, compress };
}
