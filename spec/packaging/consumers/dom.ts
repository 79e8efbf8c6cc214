import { connectWebSocket } from 'wsluice';

export async function overWebTransport(transport: WebTransport) {
  const socket = await connectWebSocket(
    await transport.createBidirectionalStream(),
    new URL('ws://localhost/'),
  );
  for await (const message of socket.readable) console.log(message);
  await new Blob(['x']).stream().pipeTo(socket.writable);
}
