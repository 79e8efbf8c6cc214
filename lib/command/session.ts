// The output of all modes of the command: messages, notices and frames.

import { createWriteStream, openSync } from 'node:fs';
import type { Writable } from 'node:stream';
import { finished } from 'node:stream/promises';
import type { Role } from '../base/role.ts';
import type { TappedFrame } from '../connection/frame-observer.ts';
import type { Settings } from './arguments.ts';
import { usageError } from './command-error.ts';
import type { ConversationOptions, Ending } from './conversation.ts';
import { inWords } from './conversation.ts';
import { FrameLog } from './frame-log.ts';
import { bytePrinter, jsonPrinter, linePrinter, type PrintMessage } from './message-printer.ts';
import type { ProcessLike } from './process-like.ts';
import { Prompt } from './prompt.ts';
import { type Screen, StreamScreen } from './screen.ts';

export class Session {
  /** A prompt, if a person types. */
  readonly prompt: Prompt | undefined;
  /** Aborts if nothing can be printed any more, because the reader (such as `head`) has ended or the disk is full. */
  readonly outputGone: AbortSignal;
  readonly #settings: Settings;
  readonly #screen: Screen;
  readonly #file: Writable | undefined;
  readonly #started = performance.now();

  /**
   * @param interactive - whether a prompt is shown if input and output are a terminal
   * @throws CommandError if the file for the output cannot be written
   */
  constructor(settings: Settings, { stdin, stdout, stderr }: ProcessLike, interactive: boolean) {
    const { json, output } = settings;
    this.#settings = settings;
    if (interactive && !json && stdin.isTTY && stdout.isTTY) this.prompt = new Prompt(stdin, stdout);
    this.#screen = this.prompt ?? new StreamScreen(stdout, stderr);
    if (output !== undefined) this.#file = createFile(output);
    const gone = new AbortController();
    for (const stream of [stdout, this.#file]) stream?.on('error', () => gone.abort());
    this.outputGone = gone.signal;
  }

  /**
   * Returns the delivery option of one socket. Messages are whole for JSON, and if they must not mix with those of other
   * clients or with typed lines.
   *
   * @param client - the number of the client, if there may be several
   */
  deliver(client?: number): 'messages' | 'parts' {
    return this.#settings.json || this.prompt !== undefined || client !== undefined ? 'messages' : 'parts';
  }

  /** Returns the tap of one socket as options, if frames are shown. */
  tapOptions(
    role: Role,
    client?: number,
    wanted: (frame: TappedFrame) => boolean = () => true,
  ): { readonly tap?: (frame: TappedFrame) => void; readonly tapPayloads?: true } {
    const { json, frames } = this.#settings;
    if (!frames) return {};
    const log = new FrameLog({ json, role, client, elapsedMs: () => performance.now() - this.#started });
    const tap = (frame: TappedFrame) => {
      const line = wanted(frame) ? log.describe(frame) : undefined;
      if (line !== undefined) this.#showFrame(line);
    };
    return { tap, tapPayloads: true };
  }

  /** Returns the options of one conversation. */
  conversation(client?: number): ConversationOptions {
    const { count, waitMs, pingMs } = this.#settings;
    return { print: this.#printer(client), count, waitMs, pingMs, onPing: this.onPing };
  }

  /** Prints a notice, unless the user wants none. */
  notice(line: string): void {
    if (!this.#settings.quiet) this.#screen.notice(line);
  }

  /** Prints a failure. */
  complain(line: string): void {
    this.#screen.notice(line);
  }

  /** Prints the end of a socket: always as JSON, in words only if it was not clean. */
  showEnding(ending: Ending, client?: number): void {
    const { exitCode, closeCode, reason, detail } = ending;
    if (this.#settings.json) {
      this.#writeJson({ type: 'close', client, closeCode, reason, error: detail || undefined });
    } else if (exitCode !== 0) {
      this.complain(`${client === undefined ? '' : `#${client} `}${inWords(ending)}`);
    }
  }

  /** Prints the round trip of a ping, or its failure. */
  readonly onPing = (roundTrip: Promise<number>): void => {
    roundTrip.then(
      ms => this.#showPong(ms),
      (error: Error) => this.notice(`no pong: ${error.message}`),
    );
  };

  /** Ends the prompt and the output file. Rejects if not everything could be written. */
  async close(): Promise<void> {
    this.prompt?.close();
    if (this.#file === undefined) return;
    this.#file.end();
    await finished(this.#file);
  }

  #showPong(ms: number): void {
    if (this.#settings.json) this.#writeJson({ type: 'pong', ms: Math.round(ms * 1000) / 1000 });
    else this.notice(`pong after ${ms.toFixed(1)} ms`);
  }

  #showFrame(line: string): void {
    if (this.#settings.json) this.#screen.write(`${line}\n`);
    else this.#screen.notice(line);
  }

  #writeJson(value: object): void {
    this.#screen.write(`${JSON.stringify(value)}\n`);
  }

  #printer(client: number | undefined): PrintMessage {
    const { json, binary } = this.#settings;
    if (json) return jsonPrinter(this.#screen, client);
    if (this.#file !== undefined) return bytePrinter(new StreamScreen(this.#file));
    const label = client === undefined ? '' : `#${client} `;
    return linePrinter(this.#screen, binary, this.prompt === undefined ? '' : `${label}< `);
  }
}

function createFile(path: string): Writable {
  try {
    return createWriteStream(path, { fd: openSync(path, 'w') });
  } catch (error) {
    throw usageError(`--output: ${(error as Error).message}`);
  }
}
