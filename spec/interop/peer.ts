// A peer: another implementation in a process of its own, and the line protocol that we speak with it.
//
// As a server it listens on a port of its choice; as a client it opens a connection for each request that it gets. Either
// way the path of the URL says how it behaves once the connection is open:
//   /echo                     sends back what it gets, as do all the others
//   /close?code=…&reason=…    begins the closing at once
//   /ping                     sends the ping "marco", and after its pong the text "pong marco"
//   /fragments                sends the text "one two thrée" in three fragments
//   /refuse                   a server: refuses with status 403 and the body "no entry\n"
// With `protocol=…` in the query, a server agrees to this subprotocol, offered or not. Compression is on if the peer has it.
// The number `id` in the query returns in each report of the connection.

import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Role } from '../../lib/base/role.ts';
import type { CheckName } from './checks.ts';

/** What a connection is asked of a client with. */
export interface OpenRequest {
  readonly url: string;
  readonly protocols: readonly string[];
}

/** What a peer tells. `failed` comes in place of `open` and `closed`. */
export type Report =
  | { readonly type: 'ready'; readonly version: string; readonly port?: number }
  | { readonly type: 'open'; readonly protocol: string }
  | { readonly type: 'closed'; readonly code: number; readonly reason: string }
  | ({ readonly type: 'failed' } & FailedInfo);

/** As it comes: with the connection's number, unless it is about the peer itself. */
export type NumberedReport = Report & { readonly id?: number };

/** What a client's interface tells about a handshake that failed. */
export interface FailedInfo {
  readonly status?: number;
  readonly body?: string;
  /** Why it failed, where no response was read. */
  readonly message?: string;
}

/** What every server says on the path /refuse. */
export const refusal = { status: 403, body: 'no entry\n' } as const;

/** An implementation to test against. */
export interface Peer {
  readonly name: string;
  /** For each role that it has, the checks that its interface cannot do. */
  readonly roles: Partial<Record<Role, readonly CheckName[]>>;
  /** What its client tells about {@link refusal}. */
  readonly tellsOfRefusal: FailedInfo;
  /** What its client does when the server agrees to none of its subprotocols; RFC 6455 allows both. */
  readonly withoutSubprotocol: 'open' | 'failed';
  /** Of a web page, which comes from our server and connects to it: the version of HTTP that our server speaks. */
  readonly pageOver?: 'HTTP/1.1' | 'HTTP/2';
  /** The command that installs it. */
  readonly install: string;
  isInstalled(): boolean;
  /** @param address - our server's, for a page */
  start(role: Role, address: string): Promise<RunningPeer>;
}

/** A peer that runs. */
export abstract class RunningPeer {
  /** Rejects when the peer ends before its time. */
  readonly death: Promise<never>;
  protected die!: (cause: Error) => void;
  readonly #reports: NumberedReport[] = [];
  #look: () => void = () => {};

  constructor() {
    this.death = new Promise((_, reject) => (this.die = reject));
    this.death.catch(() => {});
  }

  /** A client opens a connection. */
  abstract open(request: OpenRequest): void;
  abstract stop(): Promise<void>;

  /** The next report of these types about a connection, or about the peer itself. */
  async report<Type extends Report['type']>(
    connection: number | undefined,
    ...types: Type[]
  ): Promise<Extract<Report, { type: Type }>> {
    for (;;) {
      const index = this.#reports.findIndex(
        ({ id, type }) => id === connection && types.includes(type as Type),
      );
      if (index >= 0) {
        const [{ id: _, ...report }] = this.#reports.splice(index, 1) as [NumberedReport];
        return report as Extract<Report, { type: Type }>;
      }
      await Promise.race([new Promise<void>(resolve => (this.#look = resolve)), this.death]);
    }
  }

  protected receive(report: NumberedReport): void {
    this.#reports.push(report);
    this.#look();
  }
}

/** A peer that is a program with the line protocol on its standard input and output. */
export class PeerProcess extends RunningPeer {
  readonly #child: ChildProcess;
  #errors = '';

  constructor(command: string, args: readonly string[]) {
    super();
    this.#child = spawn(command, args, { stdio: 'pipe' });
    this.#child.stderr!.on('data', chunk => (this.#errors += chunk));
    this.#child.on('error', error => this.die(error));
    // A write to a peer that has ended fails, too; why it has ended tells more.
    this.#child.stdin!.on('error', () => {});
    this.#child.on('close', status =>
      this.die(new Error(`the peer ended with ${status}: ${this.#errors.slice(-2000)}`)),
    );
    createInterface({ input: this.#child.stdout! }).on('line', line => this.receive(JSON.parse(line)));
  }

  override open(request: OpenRequest): void {
    this.#child.stdin!.write(`${JSON.stringify(request)}\n`);
  }

  override async stop(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    this.#child.kill('SIGKILL');
    await this.death.catch(() => {});
  }
}
