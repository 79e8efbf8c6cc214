// The close codes of RFC 6455 §7.4 and of the IANA registry, and which of them a Close frame may carry.

/** The close codes that have a name. */
export const CloseCode = {
  NormalClosure: 1000,
  GoingAway: 1001,
  ProtocolError: 1002,
  UnsupportedData: 1003,
  /** Never on the wire: the peer's Close frame had no code. */
  NoStatusReceived: 1005,
  /** Never on the wire: the connection ended without a Close frame. */
  AbnormalClosure: 1006,
  InvalidFramePayloadData: 1007,
  PolicyViolation: 1008,
  MessageTooBig: 1009,
  MandatoryExtension: 1010,
  InternalError: 1011,
  ServiceRestart: 1012,
  TryAgainLater: 1013,
  BadGateway: 1014,
  /** Never on the wire: the TLS handshake failed. */
  TlsHandshake: 1015,
} as const;
export type CloseCode = (typeof CloseCode)[keyof typeof CloseCode];

/**
 * Whether a Close frame may carry this code (RFC 6455 §7.4): 1000 to 1014 without 1004, 1005 and 1006, and
 * 3000 to 4999. The same rule applies to sent and to received codes.
 */
export function isWireCloseCode(code: number): boolean {
  if (!Number.isInteger(code)) return false;
  if (code >= 3000) return code <= 4999;
  return code >= 1000 && code <= 1014 && (code < 1004 || code > 1006);
}
