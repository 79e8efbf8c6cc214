// `wsluice --listen ADDRESS`: accepts clients, prints their messages and sends each line to all of them.

import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type UpgradeOptions, upgrade } from '../hosts/upgrade.ts';
import type { OpenWebSocket } from '../sockets/open-websocket.ts';
import { SocketGroup } from '../sockets/socket-group.ts';
import type { Settings } from './arguments.ts';
import { throwCommandError } from './connect.ts';
import { Conversation, type ConversationOptions, type Ending } from './conversation.ts';
import { startServer } from './http-server.ts';
import { sendInput } from './input.ts';
import type { ListenAddress } from './listen-address.ts';
import type { PrintMessage } from './message-printer.ts';
import { onStopSignal, type ProcessLike } from './process-like.ts';
import { partSender } from './relay.ts';
import { Session } from './session.ts';

/** Milliseconds for clients to answer the Close when the server stops. */
const drainMs = 2000;

/**
 * Runs until a signal, the end of a prompt, or with `once` the end of the first client. Returns the exit code.
 *
 * @throws CommandError for invalid options and input, and if the server cannot listen
 */
export async function listen(
  at: ListenAddress,
  once: boolean,
  settings: Settings,
  io: ProcessLike,
): Promise<number> {
  const session = new Session(settings, io, !settings.echo && settings.files.length === 0);
  const clients = new Clients(session, settings, once);
  try {
    const server = await startServer(at, settings.tls, (...args) => clients.accept(...args));
    session.notice(`listening at ${server.address}`);
    const forgetSignals = onStopSignal(io, () => clients.stop(0));
    session.outputGone.addEventListener('abort', () => clients.stop(0));
    const input = settings.echo
      ? Promise.resolve()
      : sendInput(settings, io, session.prompt, () => clients.present(), session.onPing);
    const sent = input.then(() => session.prompt !== undefined && clients.stop(0));
    sent.catch(() => clients.stop(0));
    const code = await clients.stopped;
    forgetSignals();
    server.close();
    await clients.group.drain({ timeoutMs: drainMs });
    io.stdin.destroy();
    session.prompt?.close();
    await sent.catch(throwCommandError);
    return code;
  } finally {
    await session.close();
  }
}

/** The connected clients, and the end of the server. */
class Clients {
  readonly group: SocketGroup = new SocketGroup();
  /** Resolves with the exit code when the server must stop. */
  readonly stopped: Promise<number>;
  readonly #session: Session;
  readonly #settings: Settings;
  readonly #once: boolean;
  #count = 0;
  #stop!: (code: number) => void;
  #arrival = deferred();

  constructor(session: Session, settings: Settings, once: boolean) {
    this.#session = session;
    this.#settings = settings;
    this.#once = once;
    this.stopped = new Promise(resolve => {
      this.#stop = resolve;
    });
  }

  /** Resolves when there is a client. */
  async present(): Promise<Iterable<OpenWebSocket>> {
    while (this.group.size === 0) await this.#arrival.promise;
    return this.group;
  }

  stop(code: number): void {
    this.#stop(code);
  }

  async accept(request: IncomingMessage, tcp: Duplex, head: Buffer): Promise<void> {
    this.#count += 1;
    const client = this.#once ? undefined : this.#count;
    const name = client === undefined ? 'the client' : `#${client}`;
    try {
      const socket = await upgrade(request, tcp, head, this.#upgradeOptions(client));
      this.#session.notice(`${name} connected: ${request.url}`);
      this.#add(socket, client);
    } catch (error) {
      this.#session.notice(`${name} refused: ${(error as Error).message}`);
    }
  }

  #upgradeOptions(client: number | undefined): UpgradeOptions {
    const { headers, protocols, origin, compress, openTimeoutMs } = this.#settings;
    const isSurplus = this.#once && this.#count > 1;
    return {
      headers,
      protocols,
      origins: origin === undefined ? 'same-origin' : origin === 'any' ? 'any' : [origin],
      deflate: compress,
      handshakeTimeoutMs: openTimeoutMs,
      authorize: () => (isSurplus ? { status: 503, body: 'one client has come already\n' } : undefined),
      deliver: this.#session.deliver(client),
      ...this.#session.tapOptions('server', client),
    };
  }

  #add(socket: OpenWebSocket, client: number | undefined): void {
    const options = this.#session.conversation(client);
    const conversation = new Conversation(socket, this.#settings.echo ? echoing(options, socket) : options);
    conversation.ended.then(ending => this.#ended(ending, client));
    this.group.add(socket);
    this.#arrival.resolve();
    this.#arrival = deferred();
  }

  #ended(ending: Ending, client: number | undefined): void {
    this.#session.showEnding(ending, client);
    if (this.#once) this.#stop(ending.exitCode);
  }
}

/** Sends back each message that it prints. */
function echoing(options: ConversationOptions, socket: OpenWebSocket): ConversationOptions {
  const sendBack = partSender(socket);
  const print: PrintMessage = async part => {
    await options.print(part);
    // The end of the socket is reported elsewhere.
    await sendBack(part).catch(() => {});
  };
  return { ...options, print };
}

function deferred(): { readonly promise: Promise<void>; readonly resolve: () => void } {
  let resolve!: () => void;
  const promise = new Promise<void>(done => {
    resolve = done;
  });
  return { promise, resolve };
}
