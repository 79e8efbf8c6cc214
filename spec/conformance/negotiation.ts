// The tester's side of negotiating permessage-deflate (RFC 7692 §7.1): its answers, and the check of the endpoint's.

import type { Direction } from './compression.ts';

/** The parameters of one permessage-deflate in the order of the header; no value is ''. */
export type Parameters = readonly (readonly [name: string, value: string])[];

/** Every permessage-deflate in a list of extensions. Quoted strings hold no separators here. */
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

/** What was agreed for what `role` sends. */
export function direction(parameters: Parameters, role: 'client' | 'server'): Direction {
  const agreed = new Map(parameters);
  return {
    takeover: !agreed.has(`${role}_no_context_takeover`),
    bits: Number(agreed.get(`${role}_max_window_bits`) || 15),
  };
}

/** The tester's requirement for messages that the peer sends; no bits: any window. */
export interface Wish {
  readonly takeover: boolean;
  readonly bits?: number;
}

/** The offers of a client that leaves its own side to the server and has these wishes for the server's, in order. */
export function offerFor(wishes: readonly Wish[]): string {
  return wishes
    .map(wish => {
      const parameters = ['permessage-deflate', 'client_no_context_takeover', 'client_max_window_bits'];
      return [...parameters, ...wishParameters('server', wish)].join('; ');
    })
    .join(', ');
}

/** The answer to the first offer with the first wish that it allows; undefined: it allows none. */
export function answerTo(offer: string, wishes: readonly Wish[]): string | undefined {
  const [first] = deflateElements(offer);
  if (first === undefined) return undefined;
  const offered = new Map(first);
  const wish = wishes.find(({ bits }) => bits === undefined || offered.has('client_max_window_bits'));
  if (wish === undefined) return undefined;
  const bits = offered.get('server_max_window_bits');
  const ours: Wish = {
    takeover: !offered.has('server_no_context_takeover'),
    ...(bits !== undefined && { bits: Number(bits) }),
  };
  return ['permessage-deflate', ...wishParameters('server', ours), ...wishParameters('client', wish)].join(
    '; ',
  );
}

function wishParameters(role: 'client' | 'server', { takeover, bits }: Wish): string[] {
  return [
    ...(takeover ? [] : [`${role}_no_context_takeover`]),
    ...(bits === undefined ? [] : [`${role}_max_window_bits=${bits}`]),
  ];
}

/** Why a client must fail on the answer to what it offered; undefined: it is right. */
export function faultOfAnswer(offer: string, extensions: string | undefined): string | undefined {
  if (extensions === undefined) return undefined;
  const [answer, ...others] = deflateElements(extensions);
  if (answer === undefined || others.length > 0 || extensions.includes(','))
    return `answered "${extensions}"`;
  const offers = deflateElements(offer);
  if (new Map(answer).size < answer.length) return `a parameter twice: "${extensions}"`;
  if (offers.some(parameters => fits(new Map(parameters), new Map(answer)))) return undefined;
  return `"${extensions}" does not fit the offer "${offer}"`;
}

function fits(offer: ReadonlyMap<string, string>, answer: ReadonlyMap<string, string>): boolean {
  for (const [name, value] of answer) {
    if (/^(client|server)_no_context_takeover$/.test(name) && value === '') continue;
    if (!/^(client|server)_max_window_bits$/.test(name) || !/^([89]|1[0-5])$/.test(value)) return false;
    if (name === 'client_max_window_bits' && !offer.has(name)) return false;
  }
  if (offer.has('server_no_context_takeover') && !answer.has('server_no_context_takeover')) return false;
  const asked = offer.get('server_max_window_bits');
  return asked === undefined || Number(answer.get('server_max_window_bits') ?? 99) <= Number(asked);
}
