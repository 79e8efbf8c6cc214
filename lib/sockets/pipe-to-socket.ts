// Pipes a socket's readable into a socket's writable, message by message, without the queues of the platform's streams. The
// semantics are those of ReadableStreamPipeTo in the Streams standard.

import type { Completion } from '../events/transmission.ts';
import { DirectReadable } from '../streams/direct-readable.ts';
import type { DirectSource, PipeOptions, Waiter } from '../streams/direct-source.ts';
import { type DirectSink, DirectWritable } from '../streams/direct-writable.ts';
import type {
  ReadableStream,
  ReadableStreamDefaultReader,
  WritableStream,
  WritableStreamDefaultWriter,
} from '../streams/platform.ts';
import type { Message } from './message.ts';
import { MessageTarget } from './message-writable.ts';

const ignore = () => {};

/** Pipes if both streams belong to sockets and neither is locked. Otherwise returns `undefined`: use the platform's pipe. */
export function pipeToSocket(
  readable: ReadableStream<Message>,
  destination: WritableStream<Message>,
  options: PipeOptions,
): Promise<void> | undefined {
  const source = DirectReadable.sourceOf(readable);
  const sink = DirectWritable.sinkOf(destination);
  const target = sink?.target;
  if (source === undefined || sink === undefined || !(target instanceof MessageTarget)) return undefined;
  if (readable.locked || destination.locked || !sink.direct) return undefined;
  const { signal } = options;
  if (signal !== undefined && !(signal instanceof AbortSignal)) return undefined;
  return new SocketPipe(readable, source, destination, sink, target, options).promise;
}

/** One pipe. It waits for messages as a reader does, and for their completion as a sender does. */
class SocketPipe implements Waiter<Message>, Completion {
  readonly promise: Promise<void>;
  readonly #source: DirectSource<Message>;
  readonly #reader: ReadableStreamDefaultReader<Message>;
  readonly #writer: WritableStreamDefaultWriter<Message>;
  readonly #sink: DirectSink<Message>;
  readonly #target: MessageTarget;
  readonly #options: PipeOptions;
  #resolve!: () => void;
  #reject!: (error: unknown) => void;
  /** The number of messages read and not sent yet. */
  #pending = 0;
  /** The action to take once all of them have been sent. */
  #shutdown: (() => void) | undefined;
  #ending = false;
  #stopWatching = ignore;

  constructor(
    readable: ReadableStream<Message>,
    source: DirectSource<Message>,
    destination: WritableStream<Message>,
    sink: DirectSink<Message>,
    target: MessageTarget,
    options: PipeOptions,
  ) {
    this.#source = source;
    this.#sink = sink;
    this.#target = target;
    this.#options = options;
    this.promise = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    this.#reader = readable.getReader();
    this.#writer = destination.getWriter();
    this.#watchSignal(options.signal);
    if (this.#ending) return;
    this.#writer.closed.catch(error => this.#destinationFailed(error));
    this.#reader.closed.then(
      () => this.end(),
      error => this.fail(error),
    );
    this.#pump();
  }

  /** Takes a message from the source. */
  give(message: Message): void {
    this.#send(message);
    if (!this.#ending) this.#pump();
  }

  /** Closes the destination after all messages, because the source has ended. */
  end(): void {
    const { failure } = this.#sink;
    if (failure !== undefined) return this.#destinationFailed(failure.error);
    const close = () => this.#writer.close().then(this.#done, this.#failed);
    this.#end(this.#options.preventClose ? this.#done : close);
  }

  /** Aborts the destination, because the source has failed. */
  fail(error: unknown): void {
    const fail = () => this.#failed(error);
    const abort = () => this.#writer.abort(error).then(fail, this.#failed);
    this.#end(this.#options.preventAbort ? fail : abort);
  }

  sent(): void {
    this.#pending -= 1;
    this.#settle();
  }

  lost(): void {
    this.sent();
  }

  /** Passes messages on while there is room, then waits for a message or for room. */
  #pump(): void {
    while (this.#sink.desiredSize > 0) {
      const message = this.#source.takeNow();
      if (message !== undefined) this.#send(message);
      else if (this.#source.wait(this)) return;
      else return this.#read();
    }
    this.#sink.ready.then(() => this.#ending || this.#pump(), ignore);
  }

  /** Reads by the platform's reader, because a chunk is in its queue or the stream ends. */
  #read(): void {
    this.#reader.read().then(({ done, value }) => {
      if (!done && !this.#ending) this.give(value);
    }, ignore);
  }

  #send(message: Message): void {
    this.#pending += 1;
    if (!this.#target.sendGiven(message, this)) this.#pending -= 1;
  }

  #destinationFailed(error: unknown): void {
    const fail = () => this.#failed(error);
    const cancel = () => this.#reader.cancel(error).then(fail, this.#failed);
    // No message can be sent any more.
    this.#pending = 0;
    this.#end(this.#options.preventCancel ? fail : cancel);
  }

  #watchSignal(signal: AbortSignal | undefined): void {
    if (signal === undefined) return;
    const abort = () => this.#abort(signal.reason);
    if (signal.aborted) return abort();
    signal.addEventListener('abort', abort);
    this.#stopWatching = () => signal.removeEventListener('abort', abort);
  }

  #abort(reason: unknown): void {
    const { preventAbort, preventCancel } = this.#options;
    const fail = () => this.#failed(reason);
    this.#end(() => {
      const actions = [];
      if (!preventAbort) actions.push(this.#writer.abort(reason));
      if (!preventCancel) actions.push(this.#reader.cancel(reason));
      Promise.all(actions).then(fail, this.#failed);
    });
  }

  /** Ends the pipe once all messages have been sent. Later calls have no effect. */
  #end(shutdown: () => void): void {
    if (this.#ending) return;
    this.#ending = true;
    this.#shutdown = shutdown;
    this.#settle();
  }

  #settle(): void {
    if (this.#pending > 0 || this.#shutdown === undefined) return;
    const shutdown = this.#shutdown;
    this.#shutdown = undefined;
    shutdown();
  }

  readonly #done = (): void => {
    this.#release();
    this.#resolve();
  };

  readonly #failed = (error: unknown): void => {
    this.#release();
    this.#reject(error);
  };

  #release(): void {
    this.#stopWatching();
    this.#reader.releaseLock();
    this.#writer.releaseLock();
  }
}
