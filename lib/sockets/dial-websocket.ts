// The client's side of a WebSocket over a transport that the caller's function opens. Dialling is part of the opening
// handshake: the same timeout and the same signal apply to it.

import { OptionTable } from '../base/option-table.ts';
import { broken } from '../handshake/handshake-error.ts';
import type { WebSocketUrl } from '../handshake/websocket-url.ts';
import type { ByteDuplex } from '../streams/byte-duplex.ts';
import { ClientOpening } from './client-opening.ts';
import type { OpenWebSocket } from './open-websocket.ts';
import type { OpeningLimit } from './opening-limit.ts';
import { type ConnectOptions, connectRules } from './proposal.ts';
import type { TransportMemory } from './socket-options.ts';

/**
 * Opens a transport to `hostname` and `port`, with TLS if `secure`. A transport returned after the signal has aborted is
 * cancelled and aborted.
 */
export type Dialler = (target: WebSocketUrl, signal: AbortSignal) => ByteDuplex | Promise<ByteDuplex>;

const dialOptions = /* @__PURE__ */ new OptionTable('dialWebSocket', connectRules);

/**
 * Opens a WebSocket as a client over a duplex that `dial` opens.
 *
 * @param url - `ws:`, `wss:`, `http:` or `https:`
 * @throws SyntaxError, TypeError and RangeError as `connectWebSocket`, before anything is dialled
 * @throws HandshakeError as `connectWebSocket`, and if dialling takes too long or fails, with the `cause`
 */
export async function dialWebSocket(
  dial: Dialler,
  url: string | { readonly href: string },
  options: ConnectOptions = {},
): Promise<OpenWebSocket> {
  const opening = new ClientOpening(url, dialOptions.check(options));
  return await dialOpening((target, limit) => dial(target, limit.signal), opening);
}

/** A {@link Dialler} that gets the limit of the opening, because to make its signal takes 3 µs. */
type LimitedDialler = (target: WebSocketUrl, limit: OpeningLimit) => ByteDuplex | Promise<ByteDuplex>;

/**
 * {@link dialWebSocket} for a prepared opening.
 *
 * @param signal - used instead of the signal of its options
 * @param memory - how the memory of the duplex may be used
 */
export async function dialOpening(
  dial: LimitedDialler,
  opening: ClientOpening,
  signal?: AbortSignal,
  memory?: TransportMemory,
): Promise<OpenWebSocket> {
  const limit = opening.limit(signal);
  const duplex = await dialled(dial, opening.target, limit);
  try {
    return await opening.over(duplex, limit, memory);
  } catch (error) {
    if (!duplex.writable.locked) cut(duplex, error);
    throw error;
  }
}

async function dialled(dial: LimitedDialler, target: WebSocketUrl, limit: OpeningLimit): Promise<ByteDuplex> {
  const duplex = attempt(dial, target, limit);
  try {
    return await limit.inTime(duplex);
  } catch (error) {
    limit.release();
    duplex.then(
      late => cut(late, error),
      () => {},
    );
    throw error;
  }
}

async function attempt(dial: LimitedDialler, target: WebSocketUrl, limit: OpeningLimit): Promise<ByteDuplex> {
  try {
    return await dial(target, limit);
  } catch (cause) {
    throw broken(cause, 'the transport could not be opened');
  }
}

function cut({ readable, writable }: ByteDuplex, reason: unknown): void {
  readable.cancel(reason).catch(() => {});
  writable.abort(reason).catch(() => {});
}
