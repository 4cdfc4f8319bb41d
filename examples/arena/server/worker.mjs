// A process of `npm start -- --processes N`. The primary process (processes.mjs) tells it what to do, and hears from it.
import { set_error_handler } from 'websocketpeer';
import { ClusterBroker, NatsBroker } from 'websocketpeer/cluster';
import { RoomsServer } from './rooms-server.mjs';

const FIGURES_MS = 250;

/** Ends the process. While nobody plays here, at once. */
let stop = () => process.exit();

set_error_handler((line) => process.connected && process.send({ kind: 'line', line }));
process.on('message', ({ kind, ...task }) => {
  if (kind === 'serve') serve(task);
  else stop();
});
process.on('SIGTERM', () => stop());
// Ctrl-C goes to all processes of a terminal: the primary one tells when to end.
process.on('SIGINT', () => {});
process.send({ kind: 'ready' });

async function serve({ port, host, origins, nats }) {
  let broker;
  let server;
  try {
    broker = nats === '' ? new ClusterBroker() : await NatsBroker.connect({ servers: nats });
    server = new RoomsServer(broker);
    await server.listen(port, host, origins);
  } catch ({ code, syscall, message }) {
    process.send({ kind: 'failed', code, syscall, message }, () => process.exit(1));
    return;
  }
  const tell = () => process.send({ kind: 'figures', figures: server.figures });
  const figures = setInterval(tell, FIGURES_MS);
  let isStopping = false;
  stop = async () => {
    if (isStopping) return;
    isStopping = true;
    await server.stop();
    clearInterval(figures);
    tell();
    await broker.close();
    process.disconnect();
  };
  process.send({ kind: 'listening' });
}
