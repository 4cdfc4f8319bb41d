// The program that the tests of several cores start in each runtime: a primary of node:cluster with its workers, or one
// process by itself. Every worker has the same servers, each of which answers a message with its worker and the message.
// What happens is printed, one JSON text per line; commands come in lines, too: ["kill", worker], ["stop", worker, name],
// ["listen", worker, name], ["disconnect", worker], ["fork"].
import cluster from 'node:cluster';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { WebSocketServer } from '../../dist/esm/godot3.js';
import {
  CryptoKey,
  StreamPeerTCP,
  StreamPeerTLS,
  set_error_handler,
  TCPServer,
  TLSOptions,
  UDSServer,
  WebSocketMultiplayerPeer,
  WebSocketPeer,
  X509Certificate,
} from '../../dist/esm/index.js';

const job = JSON.parse(readFileSync(process.env.JOB, 'utf8'));
const worker = Number(process.env.WORKER ?? 0);

const say = (event, more) => console.log(JSON.stringify({ worker, event, ...more }));

function tlsOptions() {
  const key = new CryptoKey();
  const certificate = new X509Certificate();
  key.load_from_string(job.tls.key);
  certificate.load_from_string(job.tls.cert);
  return { key, certificate, options: TLSOptions.server(key, certificate) };
}

const answerOf = (packet) => Buffer.from(`${worker}:${Buffer.from(packet)}`);

/** Every connection of a socket server, as a WebSocketPeer. */
function overSockets(server, tls) {
  server.connect('activity', () => {
    while (server.is_connection_available()) {
      const tcp = server.take_socket_connection();
      const peer = new WebSocketPeer();
      if (tls === null) peer.accept_stream(tcp);
      else {
        const secured = new StreamPeerTLS();
        secured.accept_stream(tcp, tls.options);
        peer.accept_stream(secured);
      }
      peer.connect('activity', () => {
        peer.poll();
        while (peer.get_available_packet_count() > 0) peer.send(answerOf(peer.get_packet()));
      });
    }
  });
}

/** Each kind: the server, how it begins to listen, and what a game sees of it. */
const KINDS = {
  tcp(tls, port) {
    const server = new TCPServer();
    overSockets(server, tls);
    return {
      server,
      listen: () => server.listen(port, '127.0.0.1'),
      status: () => server.is_listening(),
      port: () => (server.is_listening() ? server.get_local_port() : 0),
      stop: () => server.stop(),
    };
  },
  uds(_tls, path) {
    const server = new UDSServer();
    overSockets(server, null);
    return {
      server,
      listen: () => server.listen(path),
      status: () => server.is_listening(),
      port: () => 0,
      stop: () => server.stop(),
    };
  },
  multiplayer(tls, port) {
    const server = new WebSocketMultiplayerPeer();
    server.connect('activity', () => {
      server.poll();
      while (server.get_available_packet_count() > 0) {
        server.set_target_peer(server.get_packet_peer());
        server.put_packet(answerOf(server.get_packet()));
      }
    });
    return {
      server,
      listen: () => server.create_server(port, '127.0.0.1', tls?.options ?? null),
      status: () => server.get_connection_status() === WebSocketMultiplayerPeer.CONNECTION_CONNECTED,
      port: () => server.get_local_port(),
      stop: () => server.close(),
    };
  },
  godot3(tls, port) {
    const server = new WebSocketServer();
    server.bind_ip = '127.0.0.1';
    if (tls !== null) {
      server.private_key = tls.key;
      server.ssl_certificate = tls.certificate;
    }
    server.connect('activity', () => server.poll());
    server.connect('data_received', (id) => {
      const peer = server.get_peer(id);
      peer.put_packet(answerOf(peer.get_packet()));
    });
    return {
      server,
      listen: () => server.listen(port),
      status: () => server.get_connection_status() === WebSocketServer.CONNECTION_CONNECTED,
      port: () => server.get_local_port(),
      stop: () => server.stop(),
    };
  },
};

/** Starts to listen, and says what a game sees at once, and when the port is known. */
function begin(name, kind) {
  const error = kind.listen();
  say('listen', { name, error, status: kind.status(), port: kind.port() });
  const looking = setInterval(() => {
    if (kind.port() > 0) say('ready', { name, port: kind.port() });
    if (!kind.status() || kind.port() > 0) clearInterval(looking);
  }, 5);
}

/** The servers of this process, by name. */
function serve() {
  const tls = job.tls === undefined ? null : tlsOptions();
  const kinds = {};
  set_error_handler((message, _kind, { source }) => {
    const name = Object.keys(kinds).find((one) => kinds[one].server === source) ?? '';
    say('report', { name, message });
  });
  for (const [name, { kind, place, secure, reuse, later }] of Object.entries(job.servers)) {
    const made = KINDS[kind](secure ? tls : null, place);
    kinds[name] = made;
    if (reuse) made.server.reuse_port = true;
    made.server.connect('activity', () => {
      if (!made.status()) say('activity', { name });
    });
    if (!later) begin(name, made);
  }
  return kinds;
}

function obey(kinds, [what, , name]) {
  if (what === 'stop') {
    kinds[name].stop();
    say('stopped', { name });
  } else if (what === 'listen') begin(name, kinds[name]);
  else if (what === 'disconnect') {
    cluster.worker.disconnect();
    const looking = setInterval(() => {
      if (process.connected) return;
      clearInterval(looking);
      const listening = Object.keys(kinds).filter((one) => kinds[one].status());
      say('disconnected', { listening });
      process.exit();
    }, 5);
  }
}

const readCommands = (take) => createInterface(process.stdin).on('line', (line) => take(JSON.parse(line)));

function lead() {
  if (job.policy === 'none') cluster.schedulingPolicy = cluster.SCHED_NONE;
  const workers = new Map();
  let count = 0;
  const fork = () => {
    count += 1;
    const number = count;
    const forked = cluster.fork({ WORKER: String(number) });
    workers.set(number, forked);
    forked.on('exit', () => say('exit', { number }));
    forked.on('listening', ({ address }) => say('shared', { number, address }));
  };
  for (let one = 0; one < job.workers; one += 1) fork();
  readCommands((command) => {
    const [what, number] = command;
    if (what === 'fork') fork();
    else if (what === 'kill') workers.get(number).process.kill('SIGKILL');
    else workers.get(number).send(command);
  }).on('close', () => process.exit());
}

if (job.workers === undefined) {
  const kinds = serve();
  readCommands((command) => obey(kinds, command)).on('close', () => process.exit());
} else if (cluster.isPrimary) lead();
else {
  const kinds = serve();
  const bound = new StreamPeerTCP();
  say('bound', { error: bound.bind(0, '127.0.0.1'), port: bound.get_local_port() });
  process.on('message', (command) => obey(kinds, command));
}
