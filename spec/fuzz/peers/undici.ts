import { createRequire } from 'node:module';
import type { Writable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import { hex } from '../../support/hex.ts';
import type { Said, Transcript } from '../../support/reference-decoder.ts';
import type { Peer, Sequence } from './peer.ts';

/** What undici's parser works for: its WebSocket, as far as reading goes. */
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

/** States of a WebSocket on the platform, and of the closing as undici numbers it. */
const open = 1;
const closeReceived = 2;

/** The parser inside undici's WebSocket, which is a client, in this process. */
export const undici: Peer = {
  name: 'undici',
  roles: ['client'],
  quirks: [
    'lengths need not be minimal',
    'a frame of 2 GiB is too large',
    'a header is judged by its first bytes',
    'data wait for the whole frame',
    'UTF-8 waits for the whole message',
    'RSV1 is overlooked on other frames',
    'a continuation may follow a compressed message',
    'a reason loses its BOM',
  ],
  transcribe,
};

async function transcribe({ compressed, wire }: Sequence): Promise<Transcript> {
  const said: Said[] = [];
  let failed: number | undefined;
  let drained = false;
  const say = (one: Said) => void (failed === undefined && said.push(one));
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
  if (failed !== undefined) return { said, end: failed };
  if (!handler.closeState.has(closeReceived)) return { said, end: 1006 };
  const { code, reason } = parser.closingInfo!;
  return { said: [...said, ['close', code, reason]], end: 0 };
}

/** The code of a Close that does not answer one; it is masked. */
function codeOfFailure(frame: Uint8Array, { closeState }: Handler): number | undefined {
  if (frame[0] !== 0x88 || closeState.has(closeReceived) || frame.length < 9) return undefined;
  return (frame[6]! ^ frame[2]!) * 256 + (frame[7]! ^ frame[3]!);
}
