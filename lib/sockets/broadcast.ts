// One message to many WebSockets, some of which may be slow.

import { CloseCode } from '../base/close-code.ts';
import { described } from '../base/described.ts';
import { callable, limit, oneOf, type Settled } from '../base/option-rule.ts';
import { OptionTable } from '../base/option-table.ts';
import type { ByteSource } from '../bytes/as-bytes.ts';
import type { OpenWebSocket } from './open-websocket.ts';
import { PreparedMessage } from './prepared-message.ts';

/** The outcome for one socket; `'skipped'`: it was closing already. */
export type BroadcastFate = 'sent' | 'dropped' | 'closed' | 'skipped';

/** The options of {@link broadcast}. */
export interface BroadcastOptions {
  /** With more `bufferedAmount` than this, and 1 KiB for each message that waits, a WebSocket is slow. Default: 1 MiB. */
  readonly maxBufferedBytes?: number | undefined;
  /**
   * What a slow one gets: `'wait'`, the message, and the promise waits for it; `'drop'`, nothing; `'close'`, a Close with
   * 1013. Default: `'drop'`.
   */
  readonly slow?: 'wait' | 'drop' | 'close' | undefined;
  /** Is told, at once, about each socket. Default: nothing is told. */
  readonly onOutcome?: ((socket: OpenWebSocket, fate: BroadcastFate) => void) | undefined;
}

const ignore = (): void => {};

const broadcastOptions = /* @__PURE__ */ new OptionTable<Settled<BroadcastOptions>>('broadcast', () => ({
  maxBufferedBytes: limit(2 ** 20),
  slow: oneOf(['wait', 'drop', 'close'], 'drop'),
  onOutcome: callable<(socket: OpenWebSocket, fate: BroadcastFate) => void>(ignore),
}));

/** What a message that waits costs besides its bytes, about. */
const messageBytes = 1024;

/** How many WebSockets got what; those that were closing already are left out. */
export interface BroadcastOutcome {
  readonly sent: number;
  readonly dropped: number;
  readonly closed: number;
}

/**
 * Sends a message on all WebSockets. It is encoded once, and compressed once for each size of window; a PreparedMessage
 * can be sent again. The promise resolves at once, or with `slow: 'wait'` when the slow ones have taken the message or have
 * ended.
 *
 * @throws TypeError and RangeError for bad arguments, by name; nothing has been sent then
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

/** Sends to one socket. If it is slow, and waits, its promise goes to `waiting`. */
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
  const sent = socket.sendPrepared(message);
  if (late) waiting.push(sent);
  return 'sent';
}

/** Returns the sockets, which do not change any more if `onOutcome` changes the group that they came from. */
function socketsIn(sockets: Iterable<OpenWebSocket>): OpenWebSocket[] {
  if (typeof (sockets as Partial<Iterable<unknown>> | null)?.[Symbol.iterator] !== 'function') {
    throw new TypeError(`sockets must be an iterable of OpenWebSockets (got ${described(sockets)})`);
  }
  const list = [...sockets];
  // Not `instanceof`: the class may come from another entry point.
  const other = list.findIndex(socket => typeof socket?.sendPrepared !== 'function');
  if (other < 0) return list;
  throw new TypeError(`sockets must hold OpenWebSockets only (got ${described(list[other])})`);
}
