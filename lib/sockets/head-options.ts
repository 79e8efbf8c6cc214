// How large the peer's head may be, at the entry points that read it themselves.

import type { OptionRules, Settled } from '../base/option-rule.ts';
import { type HeadDecoderOptions, headDecoderOptions } from '../handshake/head-decoder.ts';

/**
 * The limits of the peer's head over HTTP/1.1; one more is refused. Heads that were parsed elsewhere (those that `upgrade`
 * gets, and those of HTTP/2) have the limits of their parser, such as `maxHeaderSize` of Node's servers.
 */
export type HeadOptions = Omit<HeadDecoderOptions, 'maxHeaderNameBytes'>;

/** Returns the rules of these options. */
export function headRules(): OptionRules<Settled<HeadOptions>> {
  const { maxHeadBytes, maxHeadLineBytes, maxHeadLines } = headDecoderOptions.rules;
  return { maxHeadBytes, maxHeadLineBytes, maxHeadLines };
}
