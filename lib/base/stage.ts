// The interface of every protocol machine in this library: the synchronous counterpart of a transform stream. It knows
// nothing of bytes or WebSocket.

/**
 * One step of a pipeline, driven by demand: it decodes and allocates nothing before the caller reads.
 *
 * The output does not depend on how the input was cut, once the parts of a payload are joined. A violation by the peer is
 * thrown from `read` or `close` as {@link WebSocketError}. A stage that has thrown keeps throwing the same error.
 *
 * The work of one `read` is bounded: see `busy`.
 *
 * @example
 * stage.write(chunk);
 * for (let out = stage.read(); out !== undefined || stage.busy; out = stage.read()) {
 *   if (out !== undefined) use(out);
 *   else await nextTask();
 * }
 */
export interface Stage<In, Out> {
  /** Accepts one chunk. Call it only after `read()` has returned `undefined` and the stage is not busy. */
  write(chunk: In): void;
  /** Returns the next output, or `undefined` if the stage has none yet. Outputs are never `undefined`. */
  read(): Out | undefined;
  /**
   * Whether `read()` has returned `undefined` because its budget was used up, not because it needs another chunk. If so,
   * call `read()` again in a later task, before `write()` or `close()`. It changes only during a call of `read()`.
   *
   * The budget is 256 KiB of input and output between two outputs, and less if the items are small. A stage whose calls
   * are always short has no such property.
   */
  readonly busy?: boolean;
  /**
   * Ends the input. Call it only after `read()` has returned `undefined` and the stage is not busy. It produces no output,
   * and throws if the input was truncated.
   */
  close(): void;
}
