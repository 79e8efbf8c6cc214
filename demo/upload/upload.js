// The client of the upload. It uses the browser's own WebSocket, and resumes after a lost connection.

/** The most bytes that are sent before the server has reported them as written. */
const windowBytes = 4 * 2 ** 20;
const messageBytes = 64 * 1024;

/**
 * Uploads a file. Resolves with the SHA-256 that the server has computed.
 *
 * @param {string} url of the server, such as `ws://localhost:8080`
 * @param {Blob} file
 * @param {{ id?: string, retries?: number, onProgress?: (bytes: number) => void, signal?: AbortSignal }} [options]
 */
export async function upload(url, file, options = {}) {
  const { id = crypto.randomUUID(), retries = 10, onProgress = () => {}, signal } = options;
  for (let attempt = 0; ; attempt += 1) {
    let moved = false;
    const progress = bytes => {
      moved = true;
      onProgress(bytes);
    };
    try {
      return await uploadOnce(`${url}/upload/${id}?size=${file.size}`, file, progress, signal);
    } catch (error) {
      // Do not count an attempt that made progress.
      if (moved) attempt = 0;
      if (signal?.aborted || attempt >= retries || error.final) throw error;
      await new Promise(resolve => setTimeout(resolve, Math.min(100 * 2 ** attempt, 5000)));
    }
  }
}

function uploadOnce(url, file, onProgress, signal) {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url);
    let sent;
    let sending = false;
    let written = 0;
    signal?.addEventListener('abort', () => socket.close());

    async function send() {
      if (sending) return;
      sending = true;
      while (sent < file.size && sent - written < windowBytes && socket.readyState === WebSocket.OPEN) {
        const bytes = await file.slice(sent, sent + messageBytes).arrayBuffer();
        socket.send(bytes);
        sent += bytes.byteLength;
      }
      sending = false;
    }

    socket.onmessage = ({ data }) => {
      const { offset, sha256 } = JSON.parse(data);
      written = offset;
      onProgress(offset);
      if (sha256 !== undefined) return resolve(sha256);
      sent ??= offset;
      send().catch(error => {
        reject(Object.assign(error, { final: true }));
        socket.close();
      });
    };
    // The close event that follows has the code and the reason.
    socket.onerror = () => {};
    socket.onclose = ({ code, reason }) => {
      reject(
        Object.assign(new Error(`the connection was closed: ${code} ${reason}`), { final: code >= 4000 }),
      );
    };
  });
}
