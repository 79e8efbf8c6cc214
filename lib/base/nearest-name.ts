// Finds the option that was probably meant by an unknown name.

/** Options of other libraries, in lower case, and their names here. The first one that exists is meant. */
const elsewhere: { readonly [name: string]: readonly string[] } = {
  abortsignal: ['signal'],
  agent: ['connect'],
  allowedorigins: ['origins'],
  authenticate: ['authorize'],
  authenticateuser: ['authorize'],
  autoacceptconnections: ['authorize'],
  ca: ['tls'],
  cert: ['tls'],
  checkorigin: ['origins'],
  code: ['closeCode'],
  compress: ['deflate'],
  compression: ['deflate'],
  cors: ['origins'],
  createconnection: ['connect'],
  extraheaders: ['headers'],
  fragmentsize: ['maxFrameBytes'],
  fragmentationthreshold: ['maxFrameBytes'],
  handleprotocols: ['protocols'],
  heartbeat: ['pingIntervalMs'],
  idletimeout: ['idleTimeoutMs'],
  keepalive: ['pingIntervalMs'],
  keepaliveinterval: ['pingIntervalMs'],
  key: ['tls'],
  maxdecompressedmessagesize: ['maxMessageBytes'],
  maxframesize: ['maxFrameBytes'],
  maxmessagesize: ['maxMessageBytes'],
  maxpayload: ['maxMessageBytes'],
  maxpayloadlength: ['maxMessageBytes'],
  maxreceivedframesize: ['maxMessageBytes'],
  maxreceivedmessagesize: ['maxMessageBytes'],
  maxsize: ['maxMessageBytes'],
  message: ['reason'],
  opentimeout: ['handshakeTimeoutMs'],
  permessagedeflate: ['deflate'],
  rejectunauthorized: ['tls'],
  selectprotocol: ['protocols'],
  servernocontexttakeover: ['serverContextTakeover'],
  clientnocontexttakeover: ['clientContextTakeover'],
  servername: ['tls'],
  status: ['closeCode'],
  statuscode: ['status'],
  subprotocol: ['protocol', 'protocols'],
  subprotocols: ['protocols'],
  threshold: ['thresholdBytes'],
  timeout: ['handshakeTimeoutMs', 'timeoutMs'],
  verifyclient: ['authorize'],
};

/**
 * Returns the option that was probably meant by `name`: the equivalent of another library's option of that name, or the
 * most similar name within `maxEdits` edits. `undefined` if there is none.
 */
export function nearestName(name: string, options: readonly string[], maxEdits: number): string | undefined {
  const wanted = name.toLowerCase();
  const known = Object.hasOwn(elsewhere, wanted) ? elsewhere[wanted]! : [];
  const same = known.find(option => options.includes(option));
  if (same !== undefined) return same;
  let nearest: string | undefined;
  let least = maxEdits + 1;
  for (const option of options) {
    const distance = edits(wanted, option.toLowerCase());
    if (distance >= least) continue;
    least = distance;
    nearest = option;
  }
  return nearest;
}

/** Returns the edit distance of two words: letters inserted, deleted, replaced, or swapped with the next one. */
function edits(from: string, to: string): number {
  let before: number[] = [];
  let above = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let i = 1; i <= from.length; i++) {
    const row = [i];
    for (let j = 1; j <= to.length; j++) {
      const replaced = above[j - 1]! + (from[i - 1] === to[j - 1] ? 0 : 1);
      row[j] = Math.min(replaced, above[j]! + 1, row[j - 1]! + 1);
      const swapped = from[i - 1] === to[j - 2] && from[i - 2] === to[j - 1];
      if (swapped) row[j] = Math.min(row[j]!, before[j - 2]! + 1);
    }
    before = above;
    above = row;
  }
  return above[to.length]!;
}
