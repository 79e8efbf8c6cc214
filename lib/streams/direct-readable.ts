// The platform's ReadableStream with iterators and readers that take from the source directly. Its methods are on the
// prototype, because own properties would give every stream its own hidden class.

import { DirectIterator, type ValuesOptions } from './direct-iterator.ts';
import { DirectReader } from './direct-reader.ts';
import type { DirectSource, PipeOptions } from './direct-source.ts';
import { ReadableStream, type WritableStream } from './platform.ts';

const ignore = () => {};
const pulled = { highWaterMark: 0 };

/** The class to extend, with a type of its own because hosts declare the constructor's overloads differently. */
const Base: new <Out>(source: unknown, strategy: unknown) => ReadableStream<Out> = ReadableStream as never;

/** A readable stream over a {@link DirectSource}. */
export class DirectReadable<Out> extends Base<Out> {
  readonly #source: DirectSource<Out>;

  constructor(source: DirectSource<Out>) {
    super(source, pulled);
    this.#source = source;
  }

  /** Returns the source of a stream of this class; `undefined` for any other value. */
  static sourceOf<Out>(stream: ReadableStream<Out>): DirectSource<Out> | undefined {
    return #source in stream ? (stream as unknown as DirectReadable<Out>).#source : undefined;
  }

  // biome-ignore lint/suspicious/noExplicitAny: the platform's overloads
  override getReader(options?: any): any {
    if (options?.mode !== undefined || !this.#source.directReads) return super.getReader(options);
    return new DirectReader(this, this.#source);
  }

  // biome-ignore lint/suspicious/noExplicitAny: every host declares an iterator of its own
  override values(options?: ValuesOptions | null): any {
    return new DirectIterator(new DirectReader(this, this.#source), this.#source, options);
  }

  // biome-ignore lint/suspicious/noExplicitAny: likewise
  override [Symbol.asyncIterator](options?: ValuesOptions | null): any {
    return this.values(options);
  }

  override cancel(reason?: unknown): Promise<void> {
    const cancelled = super.cancel(reason);
    cancelled.catch(ignore);
    return cancelled;
  }

  /** Pipes as the platform does. An unhandled rejection does not end the process. */
  override pipeTo(destination: WritableStream<Out>, options?: PipeOptions): Promise<void> {
    const pipe = this.#pipeDirectly(destination, options) ?? super.pipeTo(destination, options);
    pipe.catch(ignore);
    return pipe;
  }

  /** Leaves options that are not an object to the platform, which rejects them. A getter that throws rejects. */
  #pipeDirectly(
    destination: WritableStream<Out>,
    options: PipeOptions | null = {},
  ): Promise<void> | undefined {
    if (typeof options !== 'object') return undefined;
    try {
      return this.#source.pipeTo(destination, options ?? {});
    } catch (error) {
      return Promise.reject(error);
    }
  }
}
