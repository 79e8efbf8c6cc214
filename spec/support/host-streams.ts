// Detects hosts whose streams settle promises in another order than the Streams standard, so that a comparison with them
// proves nothing.

const { userAgent = '' } = globalThis.navigator ?? {};

/** True on workerd, where a released writer drops its writes, and `closed` settles before the reads. */
export const isWorkerd: boolean = userAgent === 'Cloudflare-Workers';

/** True if the platform's streams behave as the standard demands, also in their order. */
export const streamsAreStandard: boolean = !isWorkerd && !/Deno|Firefox/.test(userAgent);
