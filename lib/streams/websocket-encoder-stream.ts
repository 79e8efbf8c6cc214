// Events in, bytes out, as one transform stream.

import { randomBytes } from '../bytes/random-bytes.ts';
import type { OutgoingEvent } from '../events/event.ts';
import {
  WebSocketEncoder,
  type WebSocketEncoderOptions,
  webSocketEncoderOptions,
} from '../events/websocket-encoder.ts';
import { StageStream } from './stage-stream.ts';

/**
 * Encodes the events of a WebSocket as a byte stream. A chunk is one event or an array of events, which are encoded together.
 * Masking keys come from the platform unless the options say otherwise.
 *
 * @example
 * const encoder = new WebSocketEncoderStream({ role: 'server' });
 * encoder.readable.pipeTo(duplex.writable);
 * await encoder.writable.getWriter().write({ type: 'text', data: 'hello' });
 */
export class WebSocketEncoderStream extends StageStream<
  OutgoingEvent | readonly OutgoingEvent[],
  Uint8Array
> {
  constructor(options: WebSocketEncoderOptions) {
    const checked = webSocketEncoderOptions.check(options);
    const stage = new WebSocketEncoder({ ...checked, randomBytes: checked.randomBytes ?? randomBytes });
    super(stage, { byteStream: true });
  }
}
