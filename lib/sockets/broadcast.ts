// One message to many WebSockets, some of which may be slow.

import { CloseCode } from '../base/close-code.ts';
import { limit, oneOf, type Settled } from '../base/option-rule.ts';
import { OptionTable } from '../base/option-table.ts';
import type { OpenWebSocket } from './open-websocket.ts';
import type { PreparedMessage } from './prepared-message.ts';

/** The options of {@link broadcast}. */
export interface BroadcastOptions {
  /** Beyond so much `bufferedAmount`, and 1 KiB for each message that waits, a WebSocket is slow. Default: 1 MiB. */
  readonly maxBufferedBytes?: number | undefined;
  /**
   * What a slow one gets: `'wait'`, the message, and the promise waits for it; `'drop'`, nothing; `'close'`, a Close with
   * 1013. Default: `'drop'`.
   */
  readonly slow?: 'wait' | 'drop' | 'close' | undefined;
}

const broadcastOptions = /* @__PURE__ */ new OptionTable<Settled<BroadcastOptions>>('broadcast', () => ({
  maxBufferedBytes: limit(2 ** 20),
  slow: oneOf(['wait', 'drop', 'close'], 'drop'),
}));

/** What a message that waits costs besides its octets, about. */
const messageBytes = 1024;

/** How many WebSockets got what; those that were closing already are left out. */
export interface BroadcastOutcome {
  readonly sent: number;
  readonly dropped: number;
  readonly closed: number;
}

/**
 * Sends a message on all WebSockets. It settles when those that are slow have taken it, or at once where none waits.
 *
 * @throws TypeError and RangeError for bad options
 */
export async function broadcast(
  sockets: Iterable<OpenWebSocket>,
  message: PreparedMessage,
  options: BroadcastOptions = {},
): Promise<BroadcastOutcome> {
  const { maxBufferedBytes, slow } = broadcastOptions.check(options);
  const waiting: Promise<void>[] = [];
  const outcome = { sent: 0, dropped: 0, closed: 0 };
  for (const socket of sockets) {
    if (socket.closing) continue;
    const late = socket.bufferedAmount + socket.queuedMessages * messageBytes > maxBufferedBytes;
    if (late && slow === 'close') {
      outcome.closed += 1;
      socket.close({ closeCode: CloseCode.TryAgainLater, reason: 'too slow' });
    } else if (late && slow === 'drop') {
      outcome.dropped += 1;
    } else {
      outcome.sent += 1;
      if (late) waiting.push(socket.sendPrepared(message));
      else socket.queuePrepared(message);
    }
  }
  await Promise.all(waiting);
  return outcome;
}
