// A message that is sent part by part, as a writable stream: RFC 6455 §5.4.

import { CloseCode } from '../base/close-code.ts';
import { flag, oneOf, required, type Settled } from '../base/option-rule.ts';
import { OptionTable } from '../base/option-table.ts';
import { asBytes, type ByteSource, isByteSource } from '../bytes/as-bytes.ts';
import type { Connection } from '../connection/connection.ts';
import type { OutgoingBinary, OutgoingText } from '../events/event.ts';
import { WritableStream } from '../streams/platform.ts';
import { invalidState } from './close-info.ts';
import type { Unsent } from './unsent.ts';

export interface MessageOptions {
  /** Whether to compress, where that was agreed upon. Default: yes. */
  readonly compress?: boolean | undefined;
}

const messageOptions = /* @__PURE__ */ new OptionTable<Settled<MessageOptions, 'compress'>>(
  'openMessage',
  () => ({
    compress: flag(),
  }),
);

const messageType = /* @__PURE__ */ required(/* @__PURE__ */ oneOf(['text', 'binary']));

/** What a message is sent over. */
export interface MessageCarrier {
  readonly connection: Connection;
  readonly unsent: Unsent;
  /** Lets leave what may. */
  push(): void;
}

/** So much may be written before `ready` waits. */
const highWaterMark = 65_536;

/** The writable of one message. A part that cannot be sent ends it as an abort does. */
export function messageWritable(
  type: 'text' | 'binary',
  options: MessageOptions,
  { connection, unsent, push }: MessageCarrier,
): WritableStream<string | ByteSource> {
  messageType.check(type, 'type', options);
  const { compress } = messageOptions.check(options);
  const message = connection.openMessage();
  let stream!: WritableStreamDefaultController;
  let rejectWrite: (error: unknown) => void = () => {};

  const send = (data: string | ByteSource, last: boolean) =>
    new Promise<void>((resolve, reject) => {
      rejectWrite = reject;
      if (!connection.open) throw invalidState('the WebSocket is closing', connection.record.received);
      connection.send(part(type, data, last, compress), resolve, message);
      push();
    });
  const lose = (error: unknown) => {
    stream.error(error);
    rejectWrite(error);
  };
  const giveUp = (reason: unknown) => {
    unsent.delete(lose);
    if (!connection.dropMessage(message)) connection.abort(CloseCode.InternalError, 'message aborted');
    rejectWrite(reason);
    push();
  };

  return new WritableStream<string | ByteSource>(
    {
      start(controller) {
        stream = controller;
        // The stream itself would wait for the write that is under way.
        controller.signal.addEventListener('abort', () => giveUp(controller.signal.reason));
        unsent.add(lose);
      },
      async write(chunk) {
        try {
          await send(chunk, false);
        } catch (error) {
          if (connection.open && !stream.signal.aborted) giveUp(error);
          throw error;
        }
      },
      async close() {
        await send(type === 'text' ? '' : new Uint8Array(0), true);
        unsent.delete(lose);
      },
    },
    { highWaterMark, size: chunk => sizeOf(chunk) },
  );
}

/** Octets, three for each UTF-16 unit of text; what is neither is refused when its turn comes. */
function sizeOf(chunk: unknown): number {
  if (typeof chunk === 'string') return 3 * chunk.length;
  return isByteSource(chunk) ? chunk.byteLength : 0;
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
