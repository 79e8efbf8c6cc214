// Derives the options of each side's socket from the plan of the connection.

import { getEventListeners, setMaxListeners } from 'node:events';
import type { ConnectOptions, DeflateOptions } from '../../lib/index.ts';
import type { Plan, Side } from './plan.ts';

/** Options that both roles have. */
type SocketOptions = Omit<ConnectOptions, 'protocols' | 'headers'>;

/** Timeouts for a connection that the proxy will silence, so that it fails within seconds. */
const shortTimeouts = {
  handshakeTimeoutMs: 3000,
  pingIntervalMs: 1000,
  pingTimeoutMs: 2000,
  frameTimeoutMs: 2000,
  closeTimeoutMs: 2000,
};

/** Returns timeouts that a slow machine does not exceed. The ping interval is the default. */
function longTimeouts(ms: number): SocketOptions {
  return { handshakeTimeoutMs: ms, pingTimeoutMs: ms, frameTimeoutMs: ms, closeTimeoutMs: ms };
}

/** @param timeoutMs - the timeouts of a connection that the proxy does not silence */
export function socketOptions(
  plan: Plan,
  side: Side,
  closeSignal: AbortSignal,
  timeoutMs: number,
): SocketOptions {
  return {
    ...(plan.break?.type === 'silence' ? shortTimeouts : longTimeouts(timeoutMs)),
    closeSignal,
    deliver: plan[side].deliverParts ? 'parts' : 'messages',
    // The server always accepts, so the client decides.
    deflate: side === 'server' || plan.deflate ? deflateOptions(plan, side) : false,
  };
}

function deflateOptions(plan: Plan, side: Side): DeflateOptions {
  const { windowBits, contextTakeover, thresholdBytes } = plan[side];
  if (side === 'client')
    return { clientMaxWindowBits: windowBits, clientContextTakeover: contextTakeover, thresholdBytes };
  return { serverMaxWindowBits: windowBits, serverContextTakeover: contextTakeover, thresholdBytes };
}

/** Returns a signal that never aborts. All connections of a process share it, and must release their listeners. */
export function neverAborted(): AbortSignal {
  const { signal } = new AbortController();
  setMaxListeners(0, signal);
  return signal;
}

/** Returns the number of abort listeners of a signal. */
export function abortListenersOf(signal: AbortSignal): number {
  return getEventListeners(signal, 'abort').length;
}
