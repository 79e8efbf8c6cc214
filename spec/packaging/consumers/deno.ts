import { acceptWebSocket, connectWebSocket } from 'wsluice';

export async function both(): Promise<void> {
  const connection = await Deno.connect({ hostname: 'localhost', port: 80 });
  const socket = await connectWebSocket(connection, 'ws://localhost/');
  await socket.readable.pipeTo(socket.writable);
  for await (const incoming of Deno.listen({ port: 0 })) acceptWebSocket(incoming);
  await connectWebSocket(await Deno.connectTls({ hostname: 'localhost', port: 443 }), 'wss://localhost/');
}
