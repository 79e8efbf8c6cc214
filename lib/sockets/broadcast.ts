// Sends one message to many WebSockets, some of which may be slow.

import { CloseCode } from '../base/close-code.ts';
import { described } from '../base/described.ts';
import { callable, limit, oneOf, type Settled } from '../base/option-rule.ts';
import { OptionTable } from '../base/option-table.ts';
import type { ByteSource } from '../bytes/as-bytes.ts';
import type { OpenWebSocket } from './open-websocket.ts';
import { PreparedMessage } from './prepared-message.ts';

/** The outcome for one socket; `'skipped'` if it was already closing. */
export type BroadcastFate = 'sent' | 'dropped' | 'closed' | 'skipped';

/** The options of {@link broadcast}. */
export interface BroadcastOptions {
  /** A WebSocket is slow if its `bufferedAmount` plus 1 KiB for each queued message exceeds this. Default: 1 MiB. */
  readonly maxBufferedBytes?: number | undefined;
  /**
   * The treatment of slow WebSockets. `'wait'`: sends the message, and the promise waits until it is sent. `'drop'`: does
   * not send it. `'close'`: closes with 1013. Default: `'drop'`.
   */
  readonly slow?: 'wait' | 'drop' | 'close' | undefined;
  /** Called synchronously for each socket. Default: none. */
  readonly onOutcome?: ((socket: OpenWebSocket, fate: BroadcastFate) => void) | undefined;
}

const ignore = (): void => {};

const broadcastOptions = /* @__PURE__ */ new OptionTable<Settled<BroadcastOptions>>('broadcast', () => ({
  maxBufferedBytes: limit(2 ** 20),
  slow: oneOf(['wait', 'drop', 'close'], 'drop'),
  onOutcome: callable<(socket: OpenWebSocket, fate: BroadcastFate) => void>(ignore),
}));

/** The approximate cost of a queued message besides its bytes. */
const messageBytes = 1024;

/** The number of WebSockets for each outcome. Those that were already closing are not counted. */
export interface BroadcastOutcome {
  readonly sent: number;
  readonly dropped: number;
  readonly closed: number;
}

/**
 * Sends a message on all WebSockets. It is encoded once, and compressed once for each window size; pass a PreparedMessage
 * to send it several times. The promise resolves at once or, with `slow: 'wait'`, when each slow WebSocket has sent the
 * message or has ended.
 *
 * @throws TypeError and RangeError for invalid arguments, before anything is sent; the message names the argument
 */
export async function broadcast(
  sockets: Iterable<OpenWebSocket>,
  message: string | ByteSource | PreparedMessage,
  options: BroadcastOptions = {},
): Promise<BroadcastOutcome> {
  const { onOutcome, ...rules } = broadcastOptions.check(options);
  const prepared = message instanceof PreparedMessage ? message : new PreparedMessage(message);
  const waiting: Promise<void>[] = [];
  const counts = { sent: 0, dropped: 0, closed: 0, skipped: 0 };
  for (const socket of socketsIn(sockets)) {
    const fate = sendTo(socket, prepared, rules, waiting);
    counts[fate] += 1;
    onOutcome(socket, fate);
  }
  await Promise.allSettled(waiting);
  const { skipped: _, ...outcome } = counts;
  return outcome;
}

/** Sends to one socket. If it is slow and `slow` is `'wait'`, adds its promise to `waiting`. */
function sendTo(
  socket: OpenWebSocket,
  message: PreparedMessage,
  { maxBufferedBytes, slow }: Settled<Omit<BroadcastOptions, 'onOutcome'>>,
  waiting: Promise<void>[],
): BroadcastFate {
  if (socket.closing) return 'skipped';
  const late = socket.bufferedAmount + socket.queuedMessages * messageBytes > maxBufferedBytes;
  if (late && slow === 'drop') return 'dropped';
  if (late && slow === 'close') {
    socket.close({ closeCode: CloseCode.TryAgainLater, reason: 'too slow' });
    return 'closed';
  }
  if (late) waiting.push(socket.sendPrepared(message));
  else socket.queuePrepared(message);
  return 'sent';
}

/** Returns a copy of the sockets, because `onOutcome` may change the group that they come from. */
function socketsIn(sockets: Iterable<OpenWebSocket>): OpenWebSocket[] {
  if (typeof (sockets as Partial<Iterable<unknown>> | null)?.[Symbol.iterator] !== 'function') {
    throw new TypeError(`sockets must be an iterable of OpenWebSockets (got ${described(sockets)})`);
  }
  const list = [...sockets];
  // Not `instanceof`: the class may come from another entry point.
  const other = list.findIndex(socket => typeof socket?.queuePrepared !== 'function');
  if (other < 0) return list;
  throw new TypeError(`sockets must hold OpenWebSockets only (got ${described(list[other])})`);
}
