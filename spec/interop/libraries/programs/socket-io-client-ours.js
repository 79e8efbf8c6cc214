import { WebSocket as Transport } from 'engine.io-client';
import { io } from 'socket.io-client';
import { other, wsluice } from './server.js';
import { check } from './socket-io-checks.js';

/** The transport for browsers, with our WebSocket and the platform's binaryType. */
class OnOurs extends Transport {
  doOpen() {
    this.socket.binaryType = 'arraybuffer';
    super.doOpen();
  }

  createSocket(uri, protocols) {
    return new wsluice.WebSocket(uri, protocols ?? []);
  }
}

await check(io(`http://127.0.0.1:${other.port}`, { autoConnect: false, transports: [OnOurs] }));
