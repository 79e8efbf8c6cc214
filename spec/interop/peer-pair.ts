// Opens connections between wsluice and a peer. Checks are the same for both roles of the peer.

import type { Role } from '../../lib/base/role.ts';
import { dial } from '../../lib/node.ts';
import type { OpenWebSocket } from '../../lib/sockets/open-websocket.ts';
import type { SocketOptions } from '../../lib/sockets/socket-options.ts';
import { type CheckName, checks } from './checks.ts';
import { OurServer } from './our-server.ts';
import type { Pair } from './pair.ts';
import { type Peer, type RunningPeer, refusal } from './peer.ts';
import { PeerConnection } from './peer-connection.ts';

/** The options of a connection. */
export interface ConnectionOptions {
  /** The path of the URL, which selects the peer's behaviour. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  /** The subprotocols that the client offers. */
  readonly offered?: readonly string[];
  /** The subprotocol that the server supports. */
  readonly supported?: string;
  /** The options of our socket. */
  readonly options?: SocketOptions;
}

/** A peer in one role, and wsluice in the other. */
export class PeerPair implements Pair {
  readonly name: string;
  readonly peer: Peer;
  /** The peer's role. */
  readonly role: Role;
  readonly #ours: OurServer;
  #running!: RunningPeer;
  #address = '';
  #lastId = 0;

  constructor(peer: Peer, role: Role) {
    this.name = `${peer.name} ${role}`;
    this.peer = peer;
    this.role = role;
    this.#ours = new OurServer(peer.pageProtocol);
  }

  get install(): string {
    return this.peer.install;
  }

  isInstalled(): boolean {
    return this.peer.isInstalled();
  }

  async start(): Promise<string> {
    const address = await this.#ours.listen();
    this.#running = await this.peer.start(this.role, address);
    const { version, port } = await this.#running.report(undefined, 'ready');
    this.#address = port === undefined ? address : `127.0.0.1:${port}`;
    return version;
  }

  can(name: CheckName): boolean {
    return this.peer.roles[this.role]?.includes(name) === false;
  }

  check(name: CheckName): Promise<void> {
    return checks[name](this);
  }

  async stop(): Promise<void> {
    await this.#running?.stop();
    this.#ours.stop();
  }

  open(options: ConnectionOptions): PeerConnection {
    const id = ++this.#lastId;
    const { path, supported, query } = options;
    const protocol = supported === undefined ? {} : { protocol: supported };
    const scheme = this.peer.pageProtocol === 'HTTP/2' ? 'wss' : 'ws';
    const url = `${scheme}://${this.#address}${path}?${new URLSearchParams({ ...query, ...protocol, id: `${id}` })}`;
    const socket = this.role === 'server' ? this.#dial(url, options) : this.#accept(url, options);
    return new PeerConnection(Promise.race([socket, this.#running.failure]), this.#running, id);
  }

  #dial(url: string, { offered, options }: ConnectionOptions): Promise<OpenWebSocket> {
    return dial(url, { deflate: false, ...options, protocols: offered });
  }

  #accept(
    url: string,
    { path, offered = [], supported, options }: ConnectionOptions,
  ): Promise<OpenWebSocket> {
    const authorize = () => (path === '/refuse' ? refusal : undefined);
    const protocols = supported === undefined ? [] : [supported];
    const socket = this.#ours.accept({ ...options, protocols, authorize });
    this.#running.open({ url, protocols: offered });
    return socket;
  }
}
