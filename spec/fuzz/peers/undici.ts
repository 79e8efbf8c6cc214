import { createRequire } from 'node:module';
import type { Writable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import { hex } from '../../support/hex.ts';
import type { Transcript, TranscriptEvent } from '../../support/reference-decoder.ts';
import type { Peer, Sequence } from './peer.ts';

/** The members of undici's WebSocket that its parser uses. */
interface Handler {
  readyState: number;
  readonly closeState: Set<number>;
  readonly socket: object;
  readonly controller: object;
  onMessage(type: number, data: Uint8Array): void;
  onPing(data: Uint8Array): void;
  onPong(data: Uint8Array): void;
}

type Parser = new (
  handler: Handler,
  extensions: Map<string, string>,
) => Writable & { closingInfo?: { code: number | undefined; reason: string; error: boolean } };

const { ByteParser } = createRequire(import.meta.url)('undici/lib/web/websocket/receiver.js') as {
  ByteParser: Parser;
};

/** A `readyState` of the platform, and a closing state of undici. */
const open = 1;
const closeReceived = 2;

/** The internal parser of undici's WebSocket, which is a client, in this process. */
export const undici: Peer = {
  name: 'undici',
  roles: ['client'],
  quirks: [
    'lengths need not be minimal',
    'a frame of 2 GiB is too large',
    'a header is validated by its first bytes',
    'data is output when its frame is complete',
    'UTF-8 is validated when its message is complete',
    'RSV1 is ignored on other frames',
    'a continuation may follow a compressed message',
    'a reason loses its BOM',
  ],
  transcribe,
};

async function transcribe({ compressed, wire }: Sequence): Promise<Transcript> {
  const events: TranscriptEvent[] = [];
  let failed: number | undefined;
  let drained = false;
  const say = (one: TranscriptEvent) => void (failed === undefined && events.push(one));
  const handler: Handler = {
    readyState: open,
    closeState: new Set(),
    controller: { abort() {} },
    socket: {
      destroyed: false,
      writableNeedDrain: false,
      destroy() {},
      write(frame: Uint8Array) {
        failed ??= codeOfFailure(frame, handler);
      },
    },
    onMessage(type, data) {
      if (type === 2) return say(['binary', hex(data)]);
      try {
        say(['text', new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(data)]);
      } catch {
        failed ??= 1007;
      }
    },
    onPing: data => say(['ping', hex(data)]),
    onPong: data => say(['pong', hex(data)]),
  };
  const parser = new ByteParser(
    handler,
    new Map(
      compressed
        ? [
            ['permessage-deflate', ''],
            ['server_no_context_takeover', ''],
          ]
        : [],
    ),
  );
  parser.write(Buffer.from(wire), () => void (drained = true));
  while (!drained && failed === undefined && !handler.closeState.has(closeReceived)) await setImmediate();
  if (failed !== undefined) return { events, end: failed };
  if (!handler.closeState.has(closeReceived)) return { events, end: 1006 };
  const { code, reason } = parser.closingInfo!;
  return { events: [...events, ['close', code, reason]], end: 0 };
}

/** Returns the code of a masked Close, unless it answers a Close. */
function codeOfFailure(frame: Uint8Array, { closeState }: Handler): number | undefined {
  if (frame[0] !== 0x88 || closeState.has(closeReceived) || frame.length < 9) return undefined;
  return (frame[6]! ^ frame[2]!) * 256 + (frame[7]! ^ frame[3]!);
}
