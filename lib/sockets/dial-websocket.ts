// The client's side of a WebSocket whose transport is yet to be opened, by whatever the host has for that. Dialling counts
// as part of the opening handshake: its timeout and its signal hold for both.

import { checkedLimit } from '../base/limit.ts';
import { ClientHandshake } from '../handshake/client-handshake.ts';
import { broken, HandshakeError } from '../handshake/handshake-error.ts';
import type { WebSocketUrl } from '../handshake/websocket-url.ts';
import type { ByteDuplex } from '../streams/byte-duplex.ts';
import { after, systemClock } from './alarm.ts';
import { connectWebSocket } from './connect-websocket.ts';
import type { OpenWebSocket } from './open-websocket.ts';
import { type ConnectOptions, Proposal } from './proposal.ts';

/**
 * Opens a transport to `hostname` and `port`, with TLS where `secure`. What it gives after the signal was aborted is
 * let go of.
 */
export type Dialler = (target: WebSocketUrl, signal: AbortSignal) => ByteDuplex | Promise<ByteDuplex>;

/**
 * A WebSocket as a client, over a duplex that is dialled for it.
 *
 * @param url - `ws:`, `wss:`, `http:` or `https:`
 * @throws SyntaxError, TypeError and RangeError as `connectWebSocket`, before anything is dialled
 * @throws HandshakeError as `connectWebSocket`, and when dialling fails, with the `cause`, or takes too long
 */
export async function dialWebSocket(
  dial: Dialler,
  url: string | { readonly href: string },
  options: ConnectOptions = {},
): Promise<OpenWebSocket> {
  const clock = options.clock ?? systemClock;
  const timeoutMs = checkedLimit('handshakeTimeoutMs', options.handshakeTimeoutMs, 10_000);
  const target = checkedTarget(url, options);
  options.signal?.throwIfAborted();
  const start = clock.now();
  const duplex = await dialled(dial, target, timeoutMs, options);
  const handshakeTimeoutMs = Math.max(1, Math.ceil(timeoutMs - (clock.now() - start)));
  try {
    return await connectWebSocket(duplex, url, { ...options, handshakeTimeoutMs });
  } catch (error) {
    if (!duplex.writable.locked) letGo(duplex, error);
    throw error;
  }
}

/**
 * Where to dial, once everything that is asked for has been found good: a throw-away handshake knows.
 *
 * @throws SyntaxError, TypeError and RangeError as `connectWebSocket`
 */
export function checkedTarget(
  url: string | { readonly href: string },
  options: ConnectOptions,
): WebSocketUrl {
  const { offer } = new Proposal(options);
  return new ClientHandshake(url, { ...offer, randomBytes: n => new Uint8Array(n) }).url;
}

async function dialled(
  dial: Dialler,
  target: WebSocketUrl,
  timeoutMs: number,
  { clock = systemClock, signal }: ConnectOptions,
): Promise<ByteDuplex> {
  const limit = new AbortController();
  const stopped = rejection(limit.signal);
  const abort = () => limit.abort(signal?.reason);
  const expire = () => limit.abort(new HandshakeError('the opening handshake took too long'));
  signal?.addEventListener('abort', abort);
  const stopTimer = after(clock, timeoutMs, expire);
  const duplex = attempt(dial, target, limit.signal);
  try {
    return await Promise.race([duplex, stopped]);
  } catch (error) {
    duplex.then(
      late => letGo(late, error),
      () => {},
    );
    throw error;
  } finally {
    signal?.removeEventListener('abort', abort);
    stopTimer();
  }
}

async function attempt(dial: Dialler, target: WebSocketUrl, signal: AbortSignal): Promise<ByteDuplex> {
  try {
    return await dial(target, signal);
  } catch (cause) {
    throw broken(cause, 'the transport could not be opened');
  }
}

function rejection(signal: AbortSignal): Promise<never> {
  const promise = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason));
  });
  promise.catch(() => {});
  return promise;
}

function letGo({ readable, writable }: ByteDuplex, reason: unknown): void {
  readable.cancel(reason).catch(() => {});
  writable.abort(reason).catch(() => {});
}
