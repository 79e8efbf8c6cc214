// The limits of the peer's head, for the functions that parse it themselves.

import type { OptionRules, Settled } from '../base/option-rule.ts';
import { type HeadDecoderOptions, headDecoderOptions } from '../handshake/head-decoder.ts';

/**
 * The limits of the peer's head over HTTP/1.1; a head that exceeds one is refused. Heads that something else has parsed
 * (those passed to `upgrade`, and those of HTTP/2) have the limits of their parser, such as `maxHeaderSize` of Node's servers.
 */
export type HeadOptions = Omit<HeadDecoderOptions, 'maxHeaderNameBytes'>;

/** Returns the rules of these options. */
export function headRules(): OptionRules<Settled<HeadOptions>> {
  const { maxHeadBytes, maxHeadLineBytes, maxHeadLines } = headDecoderOptions.rules;
  return { maxHeadBytes, maxHeadLineBytes, maxHeadLines };
}
