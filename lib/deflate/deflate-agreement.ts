// What the two sides have agreed on.

/** What holds for a connection with permessage-deflate. Our own side's fields are what we do, within what was agreed. */
export interface DeflateAgreement {
  /** Whether the server's messages may refer to those before them. */
  readonly serverContextTakeover: boolean;
  /** Whether the client's messages may refer to those before them. */
  readonly clientContextTakeover: boolean;
  /** The server's messages refer back `2^serverMaxWindowBits` bytes at most. */
  readonly serverMaxWindowBits: number;
  /** The client's messages refer back `2^clientMaxWindowBits` bytes at most. */
  readonly clientMaxWindowBits: number;
}
