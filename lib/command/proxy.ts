// `wsluice proxy ADDRESS URL`: accepts clients, opens a WebSocket to the server for each, and passes everything on.

import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { HandshakeError } from '../handshake/handshake-error.ts';
import type { RefusalInit } from '../handshake/refusal.ts';
import { dial } from '../hosts/dial.ts';
import { upgrade } from '../hosts/upgrade.ts';
import type { OpenWebSocket } from '../sockets/open-websocket.ts';
import { SocketGroup } from '../sockets/socket-group.ts';
import type { Destination, Settings } from './arguments.ts';
import { endingOf, inWords } from './conversation.ts';
import { dialSettings } from './dial-settings.ts';
import { startServer } from './http-server.ts';
import type { ListenAddress } from './listen-address.ts';
import { onStopSignal, type ProcessLike } from './process-like.ts';
import { relay, relayOptions } from './relay.ts';
import { Session } from './session.ts';

/** Matches headers of one hop, and of the handshake of each hop. */
const ofOneHop =
  /^(?:host|connection|upgrade|keep-alive|proxy-.*|te|trailer|expect|content-.*|transfer-encoding|date|sec-websocket-.*)$/i;

/**
 * Runs until a signal, and returns the exit code.
 *
 * @throws CommandError for invalid options, and if the proxy cannot listen
 */
export async function proxy(
  at: ListenAddress,
  to: Destination,
  settings: Settings,
  io: ProcessLike,
): Promise<number> {
  const relays = new Relays(to, settings, io);
  const { session } = relays;
  const { ca, ...ours } = settings.tls;
  const server = await startServer(at, { ca: undefined, ...ours }, (...args) => relays.accept(...args));
  session.notice(`listening at ${server.address}, passing on to ${to.href}`);
  await new Promise<void>(resolve => {
    onStopSignal(io, () => resolve());
    session.outputGone.addEventListener('abort', () => resolve());
  });
  server.close();
  await relays.sockets.drain({ timeoutMs: 2000 });
  return 0;
}

class Relays {
  readonly session: Session;
  /** The sockets of the clients and those to the server. */
  readonly sockets: SocketGroup = new SocketGroup();
  readonly #to: Destination;
  readonly #settings: Settings;
  readonly #dialOptions: ReturnType<typeof dialSettings>;
  #count = 0;

  constructor(to: Destination, settings: Settings, io: ProcessLike) {
    this.#to = to;
    this.#settings = settings;
    // The options `cert` and `key` are for our own server.
    const tls = { ...settings.tls, cert: undefined, key: undefined };
    this.#dialOptions = dialSettings(to, { ...settings, tls }, io.env);
    this.session = new Session(settings, io, false);
  }

  async accept(request: IncomingMessage, tcp: Duplex, head: Buffer): Promise<void> {
    const client = ++this.#count;
    // An error before `upgrade` takes the connection would end the process.
    tcp.on('error', () => {});
    try {
      const server = await this.#dial(request, client);
      const socket = await this.#upgrade(request, tcp, head, server, client);
      this.session.notice(`#${client} connected: ${request.url}`);
      await relay(socket, server);
      this.session.notice(`#${client} ${inWords(await endingOf(socket))}`);
    } catch (error) {
      this.session.notice(`#${client} refused: ${(error as Error).message}`);
      const refusal = refusalOf(error);
      await upgrade(request, tcp, head, { origins: 'any', authorize: () => refusal }).catch(() => {});
    }
  }

  /** Opens a WebSocket to the server with the client's request. */
  async #dial({ url = '/', rawHeaders, headers }: IncomingMessage, client: number): Promise<OpenWebSocket> {
    const { href, url: target } = this.#to;
    const options = this.#dialOptions;
    const own = [...(options.headers as Iterable<readonly [string, string]>)];
    const offered = headers['sec-websocket-protocol']?.split(',').map(protocol => protocol.trim());
    return await dial(target.target === '/' ? new URL(url, href) : href, {
      ...options,
      ...relayOptions,
      headers: [...without(passedOn(rawHeaders), own), ...own],
      protocols: offered ?? [],
      ...this.session.tapOptions('client', client, frame => frame.direction === 'in'),
    });
  }

  async #upgrade(
    request: IncomingMessage,
    tcp: Duplex,
    head: Buffer,
    server: OpenWebSocket,
    client: number,
  ): Promise<OpenWebSocket> {
    try {
      const socket = await upgrade(request, tcp, head, {
        ...relayOptions,
        // The server has already checked the origin.
        origins: 'any',
        protocols: () => server.protocol || undefined,
        headers: [...server.response.headers].filter(([name]) => !ofOneHop.test(name)),
        deflate: this.#settings.compress,
        ...this.session.tapOptions('server', client, frame => frame.direction === 'in'),
      });
      this.sockets.add(socket);
      this.sockets.add(server);
      return socket;
    } catch (error) {
      server.terminate();
      throw error;
    }
  }
}

/** Returns the refusal for the client: that of the server, or one of our own. */
function refusalOf(error: unknown): RefusalInit {
  const { message } = error as Error;
  if (!(error instanceof HandshakeError)) return { status: 400, body: `${message}\n` };
  const { response } = error;
  if (response === undefined || response.status < 200) return { status: 502, body: `${message}\n` };
  const headers = [...response.headers].filter(([name]) => !ofOneHop.test(name));
  return { status: response.status, reason: response.reason, headers, body: response.body };
}

/** Returns Node's flat list of names and values as pairs. */
function passedOn(raw: readonly string[]): [name: string, value: string][] {
  const pairs = Array.from({ length: raw.length / 2 }, (_, i): [string, string] => [
    raw[2 * i]!,
    raw[2 * i + 1]!,
  ]);
  return pairs.filter(([name]) => !ofOneHop.test(name));
}

function without(
  headers: readonly (readonly [string, string])[],
  replaced: readonly (readonly [string, string])[],
): (readonly [string, string])[] {
  const names = new Set(replaced.map(([name]) => name.toLowerCase()));
  return headers.filter(([name]) => !names.has(name.toLowerCase()));
}
