// Brings our side and a peer together, connection by connection, in either role: a check does not see in which.

import type { Role } from '../../lib/base/role.ts';
import { dial } from '../../lib/node.ts';
import type { OpenWebSocket } from '../../lib/sockets/open-websocket.ts';
import type { SocketOptions } from '../../lib/sockets/socket-options.ts';
import { type CheckName, checks } from './checks.ts';
import { Encounter } from './encounter.ts';
import { OurServer } from './our-server.ts';
import type { Pair } from './pair.ts';
import { type Peer, type RunningPeer, refusal } from './peer.ts';

/** How a connection shall be. */
export interface Wishes {
  /** How the peer behaves. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  /** The subprotocols that the client offers. */
  readonly offered?: readonly string[];
  /** The one that the server has. */
  readonly supported?: string;
  /** Options of our end. */
  readonly options?: SocketOptions;
}

/** A peer in one role, and our side in the other. */
export class Meeting implements Pair {
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
    this.#ours = new OurServer(peer.pageOver);
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

  open(wishes: Wishes): Encounter {
    const id = ++this.#lastId;
    const { path, supported, query } = wishes;
    const protocol = supported === undefined ? {} : { protocol: supported };
    const scheme = this.peer.pageOver === 'HTTP/2' ? 'wss' : 'ws';
    const url = `${scheme}://${this.#address}${path}?${new URLSearchParams({ ...query, ...protocol, id: `${id}` })}`;
    const socket = this.role === 'server' ? this.#dial(url, wishes) : this.#accept(url, wishes);
    return new Encounter(Promise.race([socket, this.#running.death]), this.#running, id);
  }

  #dial(url: string, { offered, options }: Wishes): Promise<OpenWebSocket> {
    return dial(url, { deflate: false, ...options, protocols: offered });
  }

  #accept(url: string, { path, offered = [], supported, options }: Wishes): Promise<OpenWebSocket> {
    const authorize = () => (path === '/refuse' ? refusal : undefined);
    const protocols = supported === undefined ? [] : [supported];
    const socket = this.#ours.accept({ ...options, protocols, authorize });
    this.#running.open({ url, protocols: offered });
    return socket;
  }
}
