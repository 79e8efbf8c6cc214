// The interface of every machine in this library: the synchronous counterpart of a transform stream. Knows nothing of
// bytes or of WebSocket.

/**
 * One step of a pipe, driven by demand: nothing is decoded or allocated before a caller reads.
 *
 * The output does not depend on how the input was cut, once the parts of a payload are joined. A fault of the peer is
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
  /** Takes one chunk. Call it only after `read()` has returned `undefined` and the stage is not busy. */
  write(chunk: In): void;
  /** The next output, or `undefined` if the stage has none yet. Outputs are never `undefined`. */
  read(): Out | undefined;
  /**
   * Whether `read()` has returned `undefined` because its budget was used up, not because it needs another chunk. Then
   * call `read()` again, in a later task, before `write()` or `close()`. It changes only with a call of `read()`.
   *
   * The budget is 256 KiB of input and output between two outputs, and less if the items are small. A stage whose calls
   * are always short has no such property.
   */
  readonly busy?: boolean;
  /**
   * Ends the input. Call it only after `read()` has returned `undefined` and the stage is not busy. It gives no output,
   * and throws if the input ended inside something.
   */
  close(): void;
}
