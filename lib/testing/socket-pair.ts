// Opens a WebSocket in memory and returns both sides.

// `Symbol.asyncDispose` is not in ES2022, and not every runtime's types declare it.
/// <reference lib="esnext.disposable" preserve="true" />
import { object, type Settled, text, withMethods } from '../base/option-rule.ts';
import { OptionTable } from '../base/option-table.ts';
import { type AcceptOptions, acceptWebSocket } from '../sockets/accept-websocket.ts';
import { connectWebSocket } from '../sockets/connect-websocket.ts';
import type { Clock } from '../sockets/deadline-timer.ts';
import type { OpenWebSocket } from '../sockets/open-websocket.ts';
import type { ConnectOptions } from '../sockets/proposal.ts';
import { duplexPair, type TestDuplex } from './duplex-pair.ts';

/** The options of {@link socketPair}. */
export interface SocketPairOptions {
  /** The URL of the client's request. Default: `ws://in.memory/`. */
  readonly url?: string | undefined;
  /** The options of the client, as for `connectWebSocket`. */
  readonly client?: ConnectOptions | undefined;
  /** The options of the server, as for `acceptWebSocket`. */
  readonly server?: AcceptOptions | undefined;
  /** The clock of both sides, such as a `fakeClock()`. Default: the clock of their own options, or the platform's. */
  readonly clock?: Clock | undefined;
}

/** The two sides of an open WebSocket. */
export interface SocketPair {
  readonly client: OpenWebSocket;
  readonly server: OpenWebSocket;
  /** Breaks the connection as a network does: both sides fail with 1006. The reason is the `cause` of the error. */
  cut(reason?: unknown): void;
  /** Closes both sides, and resolves when both have ended. */
  [Symbol.asyncDispose](): Promise<void>;
}

const pairOptions = /* @__PURE__ */ new OptionTable<
  Settled<SocketPairOptions, 'client' | 'server' | 'clock'>
>('socketPair', () => ({
  url: text('ws://in.memory/'),
  client: object<ConnectOptions>(),
  server: object<AcceptOptions>(),
  clock: withMethods<Clock>('a clock', ['now', 'setTimeout', 'clearTimeout']),
}));

/**
 * Opens a WebSocket in memory and returns both sides. It does not keep the process alive, so a test that forgets to close
 * them still ends.
 *
 * @throws TypeError and RangeError for invalid options; the message names the option
 * @throws HandshakeError if the options of one side refuse those of the other
 * @example
 * await using pair = await socketPair({ server: { protocols: ['chat'] } });
 * await pair.client.send('hello');
 */
export async function socketPair(options: SocketPairOptions = {}): Promise<SocketPair> {
  const { url, client, server, clock } = pairOptions.check(options);
  const [near, far] = duplexPair();
  try {
    const connected = connectWebSocket(near, url, withClock(client, clock));
    const accepted = acceptWebSocket(far, withClock(server, clock));
    return new MemoryPair(...(await Promise.all([connected, accepted])), near);
  } catch (error) {
    // The other side may still be waiting.
    near.reset(error);
    throw error;
  }
}

/** Returns the options with this clock. They are inherited, so that accessors of a class still work. */
function withClock<Options extends object>(options: Options | undefined, clock: Clock | undefined): Options {
  const given = (options ?? {}) as Options;
  return clock === undefined ? given : Object.create(given, { clock: { value: clock, enumerable: true } });
}

class MemoryPair implements SocketPair {
  readonly client: OpenWebSocket;
  readonly server: OpenWebSocket;
  readonly #duplex: TestDuplex;

  constructor(client: OpenWebSocket, server: OpenWebSocket, duplex: TestDuplex) {
    this.client = client;
    this.server = server;
    this.#duplex = duplex;
  }

  cut(reason: unknown = new Error('the connection was cut')): void {
    this.#duplex.reset(reason);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([this.client[Symbol.asyncDispose](), this.server[Symbol.asyncDispose]()]);
  }
}
