// The violations of frames and messages: the close code, the section, the reason for the peer.

import type { Violation } from './assert-violation.ts';

export const rsv23: Violation = [1002, 'RFC 6455 §5.2', 'RSV2 or RSV3 set'];
export const rsv1Unagreed: Violation = [1002, 'RFC 6455 §5.2', 'RSV1 set without an extension'];
export const rsv1Misplaced: Violation = [1002, 'RFC 7692 §6', 'RSV1 set on a frame that begins no message'];
export const reservedOpcode: Violation = [1002, 'RFC 6455 §5.2', 'reserved opcode'];
export const unmaskedFrame: Violation = [1002, 'RFC 6455 §5.1', 'unmasked frame from a client'];
export const maskedFrame: Violation = [1002, 'RFC 6455 §5.1', 'masked frame from a server'];
export const fragmentedControl: Violation = [1002, 'RFC 6455 §5.5', 'fragmented control frame'];
export const longControl: Violation = [1002, 'RFC 6455 §5.5', 'control frame too long'];
export const longerLength: Violation = [1002, 'RFC 6455 §5.2', 'length not in its shortest form'];
export const continuationOutside: Violation = [1002, 'RFC 6455 §5.4', 'continuation outside a message'];
export const messageInside: Violation = [1002, 'RFC 6455 §5.4', 'new message inside a message'];
export const noUtf8: Violation = [1007, 'RFC 6455 §8.1', 'text is not UTF-8'];
export const reasonNoUtf8: Violation = [1007, 'RFC 6455 §8.1', 'close reason is not UTF-8'];
export const oneByteClose: Violation = [1002, 'RFC 6455 §5.5.1', 'close body of one byte'];
export const endInsideFrame: Violation = [1006, 'RFC 6455 §7.2.1', 'input ended inside a frame'];
export const endInsideMessage: Violation = [1006, 'RFC 6455 §7.2.1', 'input ended inside a message'];
export const endWithoutClose: Violation = [1006, 'RFC 6455 §7.1.5', 'input ended without a Close frame'];

export function invalidCloseCode(code: number): Violation {
  return [1002, 'RFC 6455 §7.4', 'invalid close code', String(code)];
}

export function frameTooBig(bytes: number, allowed: number): Violation {
  return [1009, 'RFC 6455 §10.4', 'frame too big', `${bytes} bytes, maxFrameBytes: ${allowed}`];
}

export function messageTooBig(bytes: number, allowed: number): Violation {
  return [1009, 'RFC 6455 §10.4', 'message too big', `${bytes} bytes, maxMessageBytes: ${allowed}`];
}

export function tooManyFragments(allowed: number): Violation {
  return [1008, 'RFC 6455 §10.4', 'too many fragments', `maxFragments: ${allowed}`];
}
