// Differences of other implementations from the RFC, or from ours if the RFC leaves a choice, by name.

/** Maps each difference to the rule of the RFC, or to the reason for our behaviour. */
export const quirks = {
  'lengths need not be minimal':
    'RFC 6455 §5.2: "the minimal number of bytes MUST be used to encode the length"',
  'a control frame is too long by its length alone':
    'RFC 6455 §5.5: "MUST have a payload length of 125 bytes or less", which any longer form breaks for ours',
  'no length is too large': 'a length of 2^53 bytes and more is waited for; ours refuses it with 1009',
  'the highest bit of a length counts': 'RFC 6455 §5.2: "the most significant bit MUST be 0"',
  'the highest bit makes a length too large': 'RFC 6455 §5.2: it breaks the protocol: 1002, not 1009',
  'a frame of 2 GiB is too large': 'a limit of its own, 1009; ours has one for the message',
  'a header is judged by its first bytes':
    'fails before the header is whole; ours waits for at most 12 bytes more',
  'a header is judged before its masking key': 'likewise, for at most 4 bytes more',
  'a header is judged when its frame is whole': 'RFC 6455 §7.1.7: what has failed need not be waited for',
  'the order of frames is judged with their payload': 'ours judges it by the header alone',
  'data wait for the whole frame':
    'nothing of a frame is looked at before its end; ours takes it as it comes',
  'UTF-8 waits for the whole message':
    'RFC 6455 §8.1, and Autobahn 6.4: ours fails at the earliest invalid byte',
  'a surrogate is seen at its third byte': 'likewise: no valid UTF-8 continues after `ed a0`',
  'RSV1 is overlooked on other frames': 'RFC 7692 §6: only the first frame of a message has it',
  'a continuation may follow a compressed message': 'RFC 6455 §5.4: there is nothing to continue',
  'a control frame ends the compression of a message': 'RFC 7692 §6: control frames leave the message alone',
  'a message inside another one is inflated first':
    'RFC 6455 §5.4: it may not be there at all: 1002, not 1007',
  'a close body of one byte is judged by its header':
    'fails before the byte has arrived; ours reads the body whole',
  'a close reason is judged before its code': 'two faults in one body: 1007 for ours 1002',
  'a reason loses its BOM': 'RFC 6455 §5.5.1: the reason is UTF-8, of which a BOM is a character',
  'close code 1014 is unknown': 'the registry of RFC 6455 §11.7 has it',
  'a Close inside a message is refused': 'RFC 6455 §5.4: control frames may stand inside a message',
} as const;

export type Quirk = keyof typeof quirks;
