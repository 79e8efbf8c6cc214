// A simple parser of Sec-WebSocket-Extensions for specs, without quotes and errors.

import type { ExtensionElement } from '../../lib/deflate/deflate-parameters.ts';

/** Returns the elements of a header value. */
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
