// Hosts whose streams depart from the Streams standard in the order of what they settle, so that comparing with them says
// nothing about ours.

const { userAgent = '' } = globalThis.navigator ?? {};

/** workerd: a writer that is released forgets its writes; `closed` settles before the reads. */
export const isWorkerd: boolean = userAgent === 'Cloudflare-Workers';

/** Whether what the platform's streams do, and in which order, is what the standard says. */
export const streamsAreStandard: boolean = !isWorkerd && !/Deno|Firefox/.test(userAgent);
