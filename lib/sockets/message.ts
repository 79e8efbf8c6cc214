// The type of received messages.

/** A message as the platform gives it. */
export type Message = string | Uint8Array<ArrayBuffer>;
