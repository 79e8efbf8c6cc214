// The laws of frames and messages, as refusals name them: the close code, the section, the reason for the peer.

import type { Law } from './violations.ts';

export const rsv23: Law = [1002, 'RFC 6455 §5.2', 'RSV2 or RSV3 set'];
export const rsv1Unagreed: Law = [1002, 'RFC 6455 §5.2', 'RSV1 set without an extension'];
export const rsv1Misplaced: Law = [1002, 'RFC 7692 §6', 'RSV1 set on a frame that begins no message'];
export const reservedOpcode: Law = [1002, 'RFC 6455 §5.2', 'reserved opcode'];
export const unmaskedFrame: Law = [1002, 'RFC 6455 §5.1', 'unmasked frame from a client'];
export const maskedFrame: Law = [1002, 'RFC 6455 §5.1', 'masked frame from a server'];
export const fragmentedControl: Law = [1002, 'RFC 6455 §5.5', 'fragmented control frame'];
export const longControl: Law = [1002, 'RFC 6455 §5.5', 'control frame too long'];
export const longerLength: Law = [1002, 'RFC 6455 §5.2', 'length not in its shortest form'];
export const continuationOutside: Law = [1002, 'RFC 6455 §5.4', 'continuation outside a message'];
export const messageInside: Law = [1002, 'RFC 6455 §5.4', 'new message inside a message'];
export const noUtf8: Law = [1007, 'RFC 6455 §8.1', 'text is not UTF-8'];
export const reasonNoUtf8: Law = [1007, 'RFC 6455 §8.1', 'close reason is not UTF-8'];
export const oneOctetClose: Law = [1002, 'RFC 6455 §5.5.1', 'close body of one octet'];
export const endInsideFrame: Law = [1006, 'RFC 6455 §7.2.1', 'input ended inside a frame'];
export const endInsideMessage: Law = [1006, 'RFC 6455 §7.2.1', 'input ended inside a message'];
export const endWithoutClose: Law = [1006, 'RFC 6455 §7.1.5', 'input ended without a Close frame'];

export function invalidCloseCode(code: number): Law {
  return [1002, 'RFC 6455 §7.4', 'invalid close code', String(code)];
}

export function frameTooBig(octets: number, allowed: number): Law {
  return [1009, 'RFC 6455 §10.4', 'frame too big', `${octets} octets, ${allowed} allowed`];
}

export function messageTooBig(octets: number, allowed: number): Law {
  return [1009, 'RFC 6455 §10.4', 'message too big', `${octets} octets, ${allowed} allowed`];
}

export function tooManyFragments(allowed: number): Law {
  return [1008, 'RFC 6455 §10.4', 'too many fragments', `${allowed} allowed`];
}
