// Prints the messages of an open WebSocket until it ends, and closes it after a number of messages or a time of silence.

import type { WebSocketError } from '../base/websocket-error.ts';
import type { BinaryMessage, TextMessage } from '../events/event.ts';
import type { OpenWebSocket } from '../sockets/open-websocket.ts';
import type { PrintMessage } from './message-printer.ts';

export interface ConversationOptions {
  readonly print: PrintMessage;
  /** The number of messages after which the socket is closed. */
  readonly count: number;
  /** Milliseconds without a message after which the socket is closed once the input has ended. */
  readonly waitMs: number;
  /** Milliseconds between pings; `undefined` to send none. */
  readonly pingMs: number | undefined;
  /** Called with the round trip of each ping, or with an error. */
  readonly onPing: (roundTrip: Promise<number>) => void;
}

/** The end of a WebSocket, with a description for the user; '' if it ended cleanly. */
export interface Ending {
  readonly exitCode: 0 | 1;
  readonly closeCode: number;
  readonly reason: string;
  readonly detail: string;
}

export class Conversation {
  /** Resolves when the WebSocket has ended and everything is printed. */
  readonly ended: Promise<Ending>;
  readonly #socket: OpenWebSocket;
  readonly #options: ConversationOptions;
  #received = 0;
  #state: 'open' | 'waiting' | 'closing' = 'open';
  #timer: NodeJS.Timeout | undefined;
  #printing = false;

  constructor(socket: OpenWebSocket, options: ConversationOptions) {
    this.#socket = socket;
    this.#options = options;
    this.ended = this.#run();
  }

  /** Closes after a time of silence, because the input has ended. */
  finishWhenQuiet(): void {
    if (this.#state !== 'open') return;
    this.#state = 'waiting';
    if (!this.#printing) this.#startWaiting();
  }

  /** Closes the WebSocket. Later messages are not printed. */
  close(): void {
    this.#state = 'closing';
    this.#socket.close({ closeCode: 1000 });
  }

  async #run(): Promise<Ending> {
    const { pingMs, onPing } = this.#options;
    const pinging =
      pingMs === undefined || pingMs === Infinity
        ? undefined
        : setInterval(() => onPing(this.#socket.ping()), pingMs);
    await this.#printAll();
    clearInterval(pinging);
    clearTimeout(this.#timer);
    return await endingOf(this.#socket);
  }

  async #printAll(): Promise<void> {
    // After an unclean end the events fail; `closed` has the error.
    const events = this.#socket.events.getReader();
    for (;;) {
      const { value, done } = await events.read().catch(() => ({ value: undefined, done: true as const }));
      if (done) return;
      if (value.type === 'text' || value.type === 'binary') await this.#print(value);
    }
  }

  async #print(part: TextMessage | BinaryMessage): Promise<void> {
    if (this.#state === 'closing') return;
    clearTimeout(this.#timer);
    this.#printing = true;
    // The owner of the output reports its failure.
    await Promise.resolve(this.#options.print(part)).catch(() => this.close());
    this.#printing = false;
    if (part.last) this.#received += 1;
    if (this.#received >= this.#options.count) this.close();
    else if (this.#isWaiting) this.#startWaiting();
  }

  /** A getter, because the state may change during an `await`. */
  get #isWaiting(): boolean {
    return this.#state === 'waiting';
  }

  #startWaiting(): void {
    const { waitMs } = this.#options;
    if (waitMs !== Infinity) this.#timer = setTimeout(() => this.close(), waitMs);
  }
}

/** Resolves with the end of the socket when it has ended. */
export async function endingOf(socket: OpenWebSocket): Promise<Ending> {
  try {
    const { closeCode, reason } = await socket.closed;
    const { lost, initiator } = socket.closeRecord;
    const isGood = (closeCode === 1000 || closeCode === 1005 || initiator === 'local') && !lost;
    return { exitCode: isGood ? 0 : 1, closeCode, reason, detail: lost ? 'not everything was sent' : '' };
  } catch (error) {
    const { closeCode, reason, message } = error as WebSocketError & { readonly closeCode: number };
    return { exitCode: 1, closeCode, reason, detail: message };
  }
}

/** Returns the description of an end for the user. */
export function inWords({ closeCode, reason, detail }: Ending): string {
  return ['closed:', closeCode, reason, detail && `(${detail})`].filter(Boolean).join(' ');
}
