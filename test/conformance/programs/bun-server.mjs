// A server of Bun that echoes: bun bun-server.mjs PORT.
Bun.serve({
  port: Number(process.argv[2]),
  hostname: '127.0.0.1',
  fetch: (request, server) => (server.upgrade(request) ? undefined : new Response('', { status: 426 })),
  websocket: {
    maxPayloadLength: 2 ** 25,
    perMessageDeflate: true,
    message: (socket, message) => void socket.send(message, true),
  },
});
console.log('listening');
