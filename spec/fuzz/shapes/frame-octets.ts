// A frame from a few choices: mostly one that keeps the laws, as a peer would send it.

import type { Role } from '../../../lib/base/choice.ts';
import { concatenated } from '../../../lib/testing/rechunk.ts';
import type { Choices } from '../engine/choices.ts';

/** The octets of a frame; its key is zeros and its payload short. */
export function frameOctets(octet0: number, payload: Uint8Array, sender: Role): Uint8Array {
  const masked = sender === 'client';
  const length = payload.length < 126 ? [payload.length] : [126, payload.length >> 8, payload.length & 255];
  length[0]! |= masked ? 128 : 0;
  return concatenated([Uint8Array.of(octet0, ...length, ...(masked ? [0, 0, 0, 0] : [])), payload]);
}

/** What an adversary sends at a time: a frame of some kind, or anything at all. */
export function chosenOctets(choices: Choices, sender: Role): Uint8Array {
  switch (choices.below(10)) {
    case 0:
      return frameOctets(0x81, Uint8Array.of(0x61), sender);
    case 1:
      return frameOctets(0x82, choices.octets(), sender);
    case 2:
      return frameOctets(choices.pick([0x01, 0x02, 0x00, 0x80]), choices.octets(), sender);
    case 3:
      return frameOctets(0x89, choices.octets().subarray(0, 125), sender);
    case 4:
      return frameOctets(0x8a, choices.octets().subarray(0, 125), sender);
    case 5:
      return frameOctets(0x88, Uint8Array.of(3, 0xe8), sender);
    case 6:
      return frameOctets(0x88, choices.octets().subarray(0, 125), sender);
    case 7:
      return concatenated(
        Array(choices.octet()).fill(frameOctets(0x89, choices.octets().subarray(0, 4), sender)),
      );
    case 8:
      return frameOctets(choices.octet(), choices.octets(), sender);
    default:
      return choices.octets();
  }
}
