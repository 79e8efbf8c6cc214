// The options of both sides of a connection, from its plan.

import { getEventListeners, setMaxListeners } from 'node:events';
import type { ConnectOptions, DeflateOptions } from '../../lib/index.ts';
import type { Plan, Side } from './plan.ts';

/** Options that both roles have. */
type SocketOptions = Omit<ConnectOptions, 'protocols' | 'headers'>;

/** Times for a connection that the proxy will silence: it should be given up within seconds. */
const impatient = {
  handshakeTimeoutMs: 3000,
  pingIntervalMs: 1000,
  pingTimeoutMs: 2000,
  frameTimeoutMs: 2000,
  closeTimeoutMs: 2000,
};

/** Times that a slow machine keeps, too. Pings leave at the default times. */
function patient(ms: number): SocketOptions {
  return { handshakeTimeoutMs: ms, pingTimeoutMs: ms, frameTimeoutMs: ms, closeTimeoutMs: ms };
}

/** @param patienceMs - how long a side waits for the other, unless the proxy is to silence the connection */
export function socketOptions(
  plan: Plan,
  side: Side,
  closeSignal: AbortSignal,
  patienceMs: number,
): SocketOptions {
  return {
    ...(plan.break?.type === 'dead' ? impatient : patient(patienceMs)),
    closeSignal,
    deliver: plan[side].deliverParts ? 'parts' : 'messages',
    // A side alone cannot turn it on, so the client decides.
    deflate: side === 'server' || plan.deflate ? deflateOptions(plan, side) : false,
  };
}

function deflateOptions(plan: Plan, side: Side): DeflateOptions {
  const { windowBits, contextTakeover, thresholdBytes } = plan[side];
  if (side === 'client')
    return { clientMaxWindowBits: windowBits, clientContextTakeover: contextTakeover, thresholdBytes };
  return { serverMaxWindowBits: windowBits, serverContextTakeover: contextTakeover, thresholdBytes };
}

/** A signal for all connections of a process, which never aborts: each should release its listeners. */
export function endless(): AbortSignal {
  const { signal } = new AbortController();
  setMaxListeners(0, signal);
  return signal;
}

export function listenersOf(signal: AbortSignal): number {
  return getEventListeners(signal, 'abort').length;
}
