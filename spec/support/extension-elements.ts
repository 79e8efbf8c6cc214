// Sec-WebSocket-Extensions as the handshake parses it, for what the specs need: no quotes, no errors.

import type { ExtensionElement } from '../../lib/deflate/deflate-parameters.ts';

/** The elements of a header value. */
export function elements(header: string): ExtensionElement[] {
  return header.split(',').map(element => {
    const [name, ...parameters] = element.split(';').map(part => part.trim());
    return {
      name: name!,
      parameters: parameters.map(parameter => {
        const [key, value] = parameter.split('=');
        return [key!, value] as const;
      }),
    };
  });
}
