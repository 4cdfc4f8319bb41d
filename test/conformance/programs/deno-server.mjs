// A server of Deno that echoes: deno run -A deno-server.mjs PORT.
const answer = (request) => {
  if (request.headers.get('upgrade')?.toLowerCase() !== 'websocket') return new Response('', { status: 426 });
  try {
    const { socket, response } = Deno.upgradeWebSocket(request);
    socket.onmessage = ({ data }) => socket.send(data);
    socket.onerror = () => {};
    return response;
  } catch {
    return new Response('', { status: 400 });
  }
};
const onListen = () => console.log('listening');
Deno.serve({ port: Number(Deno.args[0]), hostname: '127.0.0.1', onListen }, answer);
