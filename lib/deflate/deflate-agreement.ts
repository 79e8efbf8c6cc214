// The result of negotiating permessage-deflate.

/** The settings of a connection with permessage-deflate. This side's own fields may be stricter than what was negotiated. */
export interface DeflateAgreement {
  /** Whether the server's messages may refer to earlier ones. */
  readonly serverContextTakeover: boolean;
  /** Whether the client's messages may refer to earlier ones. */
  readonly clientContextTakeover: boolean;
  /** The server's messages refer back at most `2^serverMaxWindowBits` bytes. */
  readonly serverMaxWindowBits: number;
  /** The client's messages refer back at most `2^clientMaxWindowBits` bytes. */
  readonly clientMaxWindowBits: number;
}
