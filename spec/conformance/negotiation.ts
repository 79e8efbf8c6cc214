// The tester's negotiation of permessage-deflate (RFC 7692 §7.1): makes offers and answers, and checks the endpoint's answers.

import type { Direction } from './compression.ts';

/** The parameters of one permessage-deflate in the order of the header. A missing value is `''`. */
export type Parameters = readonly (readonly [name: string, value: string])[];

/** Returns every permessage-deflate in a list of extensions. Does not support separators in quoted strings. */
export function deflateElements(extensions: string | undefined): readonly Parameters[] {
  const elements = extensions?.split(',').map(element => element.split(';').map(part => part.trim())) ?? [];
  return elements
    .filter(([name]) => name === 'permessage-deflate')
    .map(([, ...parameters]) =>
      parameters.map(parameter => {
        const [name = '', value = ''] = parameter.split('=');
        return [name, value.replaceAll('"', '')] as const;
      }),
    );
}

/** Returns the negotiated settings for messages that `role` sends. */
export function direction(parameters: Parameters, role: 'client' | 'server'): Direction {
  const negotiated = new Map(parameters);
  return {
    takeover: !negotiated.has(`${role}_no_context_takeover`),
    bits: Number(negotiated.get(`${role}_max_window_bits`) || 15),
  };
}

/** The settings that the tester requires for the endpoint's messages. Without `bits`, any window is allowed. */
export interface Requirement {
  readonly takeover: boolean;
  readonly bits?: number;
}

/** Returns a client's offers with these requirements for the server's messages, in order. */
export function offerFor(requirements: readonly Requirement[]): string {
  return requirements
    .map(requirement => {
      const parameters = ['permessage-deflate', 'client_no_context_takeover', 'client_max_window_bits'];
      return [...parameters, ...requiredParameters('server', requirement)].join('; ');
    })
    .join(', ');
}

/** Returns an answer to the first offer, with the first requirement that it allows; undefined if it allows none. */
export function answerTo(offer: string, requirements: readonly Requirement[]): string | undefined {
  const [first] = deflateElements(offer);
  if (first === undefined) return undefined;
  const offered = new Map(first);
  const requirement = requirements.find(
    ({ bits }) => bits === undefined || offered.has('client_max_window_bits'),
  );
  if (requirement === undefined) return undefined;
  const bits = offered.get('server_max_window_bits');
  const ours: Requirement = {
    takeover: !offered.has('server_no_context_takeover'),
    ...(bits !== undefined && { bits: Number(bits) }),
  };
  return [
    'permessage-deflate',
    ...requiredParameters('server', ours),
    ...requiredParameters('client', requirement),
  ].join('; ');
}

function requiredParameters(role: 'client' | 'server', { takeover, bits }: Requirement): string[] {
  return [
    ...(takeover ? [] : [`${role}_no_context_takeover`]),
    ...(bits === undefined ? [] : [`${role}_max_window_bits=${bits}`]),
  ];
}

/** Returns the reason for which a client must reject the answer to its offer; undefined if it is valid. */
export function faultOfAnswer(offer: string, extensions: string | undefined): string | undefined {
  if (extensions === undefined) return undefined;
  const [answer, ...others] = deflateElements(extensions);
  if (answer === undefined || others.length > 0 || extensions.includes(','))
    return `the answer "${extensions}"`;
  const offers = deflateElements(offer);
  if (new Map(answer).size < answer.length) return `the answer "${extensions}", which repeats a parameter`;
  if (offers.some(parameters => fits(new Map(parameters), new Map(answer)))) return undefined;
  return `the answer "${extensions}", which does not fit the offer "${offer}"`;
}

function fits(offer: ReadonlyMap<string, string>, answer: ReadonlyMap<string, string>): boolean {
  for (const [name, value] of answer) {
    if (/^(client|server)_no_context_takeover$/.test(name) && value === '') continue;
    if (!/^(client|server)_max_window_bits$/.test(name) || !/^([89]|1[0-5])$/.test(value)) return false;
    if (name === 'client_max_window_bits' && !offer.has(name)) return false;
  }
  if (offer.has('server_no_context_takeover') && !answer.has('server_no_context_takeover')) return false;
  const offered = offer.get('server_max_window_bits');
  return offered === undefined || Number(answer.get('server_max_window_bits') ?? 99) <= Number(offered);
}
