// The WebSocket of any platform as a peer; also runs in browsers.

/** Opens a connection, and behaves as its URL says. `ping` sends a ping, if the implementation can. */
export function openWhatwg({ WebSocket, report, ping }, { url, protocols }) {
  const { pathname, searchParams } = new URL(url);
  const id = Number(searchParams.get('id'));
  const socket = new WebSocket(url, protocols);
  socket.binaryType = 'arraybuffer';
  let opened = false;
  socket.onopen = () => {
    opened = true;
    report({ id, type: 'open', protocol: socket.protocol });
    if (pathname === '/close') socket.close(Number(searchParams.get('code')), searchParams.get('reason'));
    if (pathname === '/ping') ping(socket);
  };
  socket.onmessage = ({ data }) => socket.send(data);
  socket.onclose = ({ code, reason }) =>
    report(opened ? { id, type: 'closed', code, reason } : { id, type: 'failed' });
}
