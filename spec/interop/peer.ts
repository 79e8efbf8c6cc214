// A peer: another implementation, which runs in a separate process and is controlled by a line protocol.
//
// As a server, it listens on a port of its choice. As a client, it opens a connection for each request that it reads. The path
// of the URL selects its behaviour on the open connection:
//   /echo                     echoes messages, as do all other paths
//   /close?code=…&reason=…    starts the closing handshake immediately
//   /ping                     sends the ping "marco", and after its pong the text "pong marco"
//   /fragments                sends the text "one two thrée" in three fragments
//   /refuse                   as a server, refuses with status 403 and the body "no entry\n"
// With `protocol=…` in the query, a server selects this subprotocol, offered or not. Compression is on if the peer supports it.
// Each report of a connection has the `id` of its query.

import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Role } from '../../lib/base/role.ts';
import type { CheckName } from './checks.ts';

/** A request to a client to open a connection. */
export interface OpenRequest {
  readonly url: string;
  readonly protocols: readonly string[];
}

/** A report of a peer. `failed` replaces `open` and `closed`. */
export type Report =
  | { readonly type: 'ready'; readonly version: string; readonly port?: number }
  | { readonly type: 'open'; readonly protocol: string }
  | { readonly type: 'closed'; readonly code: number; readonly reason: string }
  | ({ readonly type: 'failed' } & FailedInfo);

/** A report with the id of its connection, unless it is about the peer itself. */
export type NumberedReport = Report & { readonly id?: number };

/** A failed handshake, as far as the client's interface exposes it. */
export interface FailedInfo {
  readonly status?: number;
  readonly body?: string;
  /** The reason of the failure if no response was read. */
  readonly message?: string;
}

/** The response of every server to the path /refuse. */
export const refusal = { status: 403, body: 'no entry\n' } as const;

/** An implementation to test against. */
export interface Peer {
  readonly name: string;
  /** The peer's roles, with the checks that its interface does not support in each. */
  readonly roles: Partial<Record<Role, readonly CheckName[]>>;
  /** The client's report of {@link refusal}. */
  readonly refusalReport: FailedInfo;
  /** The outcome if the server selects none of the client's subprotocols. RFC 6455 allows both. */
  readonly withoutSubprotocol: 'open' | 'failed';
  /** The HTTP version of our server, if the peer is a web page. Our server serves the page, and the page connects to it. */
  readonly pageProtocol?: 'HTTP/1.1' | 'HTTP/2';
  /** The command that installs the peer. */
  readonly install: string;
  isInstalled(): boolean;
  /** @param address - the address of our server, for a page */
  start(role: Role, address: string): Promise<RunningPeer>;
}

/** A running peer. */
export abstract class RunningPeer {
  /** Rejects if the peer fails or exits. */
  readonly failure: Promise<never>;
  protected fail!: (cause: Error) => void;
  readonly #reports: NumberedReport[] = [];
  #wake: () => void = () => {};

  constructor() {
    this.failure = new Promise((_, reject) => (this.fail = reject));
    this.failure.catch(() => {});
  }

  /** Makes a client open a connection. */
  abstract open(request: OpenRequest): void;
  abstract stop(): Promise<void>;

  /** Waits for the next report of these types about a connection, or about the peer itself. */
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
      await Promise.race([new Promise<void>(resolve => (this.#wake = resolve)), this.failure]);
    }
  }

  protected receive(report: NumberedReport): void {
    this.#reports.push(report);
    this.#wake();
  }
}

/** A peer that is a program, with the line protocol on standard input and output. */
export class PeerProcess extends RunningPeer {
  readonly #child: ChildProcess;
  #errors = '';

  constructor(command: string, args: readonly string[]) {
    super();
    this.#child = spawn(command, args, { stdio: 'pipe' });
    this.#child.stderr!.on('data', chunk => (this.#errors += chunk));
    this.#child.on('error', error => this.fail(error));
    // Ignores failed writes: the exit of the peer is reported instead.
    this.#child.stdin!.on('error', () => {});
    this.#child.on('close', status =>
      this.fail(new Error(`the peer exited with ${status}: ${this.#errors.slice(-2000)}`)),
    );
    createInterface({ input: this.#child.stdout! }).on('line', line => this.receive(JSON.parse(line)));
  }

  override open(request: OpenRequest): void {
    this.#child.stdin!.write(`${JSON.stringify(request)}\n`);
  }

  override async stop(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    this.#child.kill('SIGKILL');
    await this.failure.catch(() => {});
  }
}
