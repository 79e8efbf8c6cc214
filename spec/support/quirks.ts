// The known differences between other implementations and the RFC, or wsluice if the RFC leaves a choice.

/** Maps each difference to the rule of the RFC, or to the reason for our behaviour. */
export const quirks = {
  'lengths need not be minimal':
    'RFC 6455 §5.2: "the minimal number of bytes MUST be used to encode the length"',
  'the length of a control frame is checked by value, not form':
    'RFC 6455 §5.5: "MUST have a payload length of 125 bytes or less"; ours rejects the longer forms of a length, too',
  'no length is rejected as too large':
    'a length of 2^53 bytes or more is accepted; ours rejects it with 1009',
  'the highest bit of a length is part of it': 'RFC 6455 §5.2: "the most significant bit MUST be 0"',
  'the highest bit makes a length too large': 'RFC 6455 §5.2: it is a protocol violation: 1002, not 1009',
  'a frame of 2 GiB is too large': 'a limit on frames, with 1009; ours limits messages',
  'a header is validated by its first bytes':
    'fails before the header is complete; ours waits for at most 12 more bytes',
  'a header is validated before its masking key':
    'fails before the header is complete; ours waits for at most 4 more bytes',
  'a header is validated when its frame is complete':
    'RFC 6455 §7.1.7: a failure need not wait for the payload',
  'the order of frames is validated with their payload': 'ours validates it by the header',
  'data is output when its frame is complete':
    'a frame is not processed before its end; ours processes each chunk',
  'UTF-8 is validated when its message is complete':
    'RFC 6455 §8.1, and Autobahn 6.4: ours fails at the earliest invalid byte',
  'a surrogate is detected at its third byte': 'RFC 6455 §8.1: no valid UTF-8 begins with `ed a0`',
  'RSV1 is ignored on other frames': 'RFC 7692 §6: only the first frame of a message may have it',
  'a continuation may follow a compressed message': 'RFC 6455 §5.4: there is no message to continue',
  'a control frame ends the compression of a message':
    'RFC 7692 §6: control frames do not affect the message',
  'a new message inside a message is inflated first':
    'RFC 6455 §5.4: it is a protocol violation: 1002, not 1007',
  'a close body of one byte is rejected by its header':
    'fails before the byte has arrived; ours reads the complete body',
  'a close reason is validated before its code':
    'a body with both faults fails with 1007; ours fails with 1002',
  'a reason loses its BOM': 'RFC 6455 §5.5.1: the reason is UTF-8, and a BOM is a character',
  'close code 1014 is unknown': 'it is in the registry of RFC 6455 §11.7',
  'a Close inside a message is rejected': 'RFC 6455 §5.4: control frames may occur inside a message',
} as const;

export type Quirk = keyof typeof quirks;
