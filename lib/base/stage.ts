// What every machine of this library is: the synchronous twin of a transform stream. Knows nothing of bytes or of WebSocket.

/**
 * One step of a pipe, driven by demand: nothing is decoded or allocated before somebody reads.
 *
 * Any cutting of the input gives the same output, once the parts of a payload are joined. A peer's fault is
 * thrown from `read` or `close` as {@link WebSocketError}; a stage that has thrown is spent and throws the same
 * error again.
 */
export interface Stage<In, Out> {
  /** Takes one chunk. Only after `read()` has returned `undefined`. */
  write(chunk: In): void;
  /** The next output, or `undefined`: the stage wants another chunk. Outputs are never `undefined`. */
  read(): Out | undefined;
  /**
   * The input has ended. Only after `read()` has returned `undefined`; yields nothing, throws when the input
   * ended inside something.
   */
  close(): void;
}
