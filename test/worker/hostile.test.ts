// A page or a worker that sends nonsense, or more than its limits: ignored and reported, or cut off.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { OK, TCPServer, WebSocketPeer } from '../../host/index.js';
import { defaultValues } from '../../host/protocol/settings.js';
import { hostPeers, WorkerWebSocketPeer } from '../../host/worker/index.js';
import { until } from '../helpers/game.js';
import { useReports } from '../helpers/reports.js';

const { STATE_OPEN, STATE_CLOSED } = WebSocketPeer;

const reports = useReports();
const endings: (() => void)[] = [];
let server: TCPServer;
let remotes: WebSocketPeer[];

beforeEach(() => {
  server = new TCPServer();
  expect(server.listen(0, '127.0.0.1')).toBe(OK);
  remotes = [];
  server.connect('activity', () => {
    while (server.is_connection_available()) {
      const remote = new WebSocketPeer();
      remote.accept_stream(server.take_connection());
      remote.connect('activity', () => remote.poll());
      remote.poll();
      remotes.push(remote);
      endings.push(() => remote.free());
    }
  });
});
afterEach(() => {
  for (const end of endings.splice(0)) end();
  server.stop();
});

const url = (): string => `ws://127.0.0.1:${server.get_local_port()}/`;

describe('a worker with a hostile page', () => {
  /** The page's side of a worker's scope. */
  function page(): MessagePort {
    const { port1, port2 } = new MessageChannel();
    hostPeers({ scope: port2 });
    port2.start();
    endings.push(() => port1.close());
    return port1;
  }

  /** Begins a connection by hand; returns its port and what the worker posts to it. */
  function begun(changes: Record<string, unknown> = {}) {
    const { port1, port2 } = new MessageChannel();
    const heard: Record<string, unknown>[] = [];
    port1.onmessage = ({ data }) => heard.push(data);
    endings.push(() => port1.close());
    const settings = defaultValues();
    const start = { websocketpeer: 'start', port: port2, url: url(), settings, policy: 0, isHidden: false, ...changes };
    page().postMessage(start, [port2]);
    return { port: port1, heard };
  }

  const beginnings: [string, Record<string, unknown>, string][] = [
    ['a URL that is a number', { url: 5 }, 'url'],
    ['settings with a text for a size', { settings: { inboundBufferSize: 'x' } }, 'inboundBufferSize'],
    ['settings with a size below zero', { settings: { inboundBufferSize: -5 } }, 'inboundBufferSize'],
    ['settings with a count that is no number', { settings: { maxQueuedPackets: Number.NaN } }, 'maxQueuedPackets'],
    ['settings with headers that are numbers', { settings: { handshakeHeaders: [1] } }, 'handshakeHeaders'],
    ['a policy that does not exist', { policy: 9 }, 'policy'],
    ['a visibility that is a text', { isHidden: 'x' }, 'isHidden'],
  ];
  it.each(beginnings)('reports and ignores %s', async (_, changes, field) => {
    begun(changes);
    await until(() => reports.errors.length > 0, 'the report');
    expect(reports.take()).toEqual([`hostPeers: a page asks for a connection whose ${field} is wrong; ignored`]);
  });

  it('reports and ignores a beginning without a port', async () => {
    page().postMessage({ websocketpeer: 'start' });
    await until(() => reports.errors.length > 0, 'the report');
    expect(reports.take()).toEqual(['hostPeers: a page asks for a connection whose port is wrong; ignored']);
  });

  it('connects when settings are missing, with the defaults, and refuses headers that inject lines', async () => {
    const { heard } = begun({ settings: {} });
    await until(() => heard.some(({ kind }) => kind === 'open'), 'the connection');
    const other = begun({ settings: { handshakeHeaders: ['X: a\r\nEvil: 1'] } });
    await until(() => other.heard.some(({ kind }) => kind === 'closed'), 'the refusal');
    expect(reports.take()).toEqual([]); // told to the page
  });

  const messages: [string, unknown][] = [
    ['null', null],
    ['a number', 5],
    ['an object', {}],
    ['an inherited name', { kind: 'constructor' }],
    ['send without data', { kind: 'send' }],
    ['send with a text', { kind: 'send', data: 'x', isText: true }],
    ['close without a code', { kind: 'close' }],
    ['close with an object as reason', { kind: 'close', code: 1000, reason: {} }],
    ['taken, less than nothing', { kind: 'taken', packets: -1, bytes: -1 }],
    ['a policy that does not exist', { kind: 'attention', isHidden: false, policy: 7 }],
    ['no delay without a flag', { kind: 'no delay' }],
  ];
  it.each(messages)('goes on after %s', async (_, message) => {
    const { port, heard } = begun();
    await until(() => heard.some(({ kind }) => kind === 'open'), 'the connection');
    for (let i = 0; i < 5; i += 1) port.postMessage(message);
    port.postMessage({ kind: 'send', data: Uint8Array.of(7), isText: false });
    await until(() => remotes[0].get_available_packet_count() > 0, 'what came behind it');
    expect(reports.take()).toEqual([expect.stringMatching(/^hostPeers: a page sends .*; ignored$/)]);
    expect(heard.filter(({ kind }) => kind === 'closed')).toEqual([]);
  });

  it('is told that more was taken than was there, and keeps its limits', async () => {
    const settings = { ...defaultValues(), maxQueuedPackets: 2 };
    const { port, heard } = begun({ settings });
    await until(() => heard.some(({ kind }) => kind === 'open'), 'the connection');
    port.postMessage({ kind: 'taken', packets: 1000, bytes: 1000 });
    port.postMessage({ kind: 'send', data: Uint8Array.of(7), isText: false });
    await until(() => remotes[0].get_available_packet_count() > 0, 'what came behind it');
    for (let i = 0; i < 10; i += 1) remotes[0].send(Uint8Array.of(i));
    port.postMessage({ kind: 'send', data: Uint8Array.of(8), isText: false });
    await until(() => remotes[0].get_available_packet_count() > 1, 'the end of the turn');
    await until(() => heard.filter(({ kind }) => kind === 'packet').length === 2, 'two packets');
    await new Promise((done) => setTimeout(done, 20));
    expect(heard.filter(({ kind }) => kind === 'packet')).toHaveLength(2);
  });

  it('cuts off a page that sends more than outbound_buffer_size', async () => {
    const { port, heard } = begun({ settings: { ...defaultValues(), outboundBufferSize: 100_000 } });
    await until(() => heard.some(({ kind }) => kind === 'open'), 'the connection');
    port.postMessage({ kind: 'send', data: new Uint8Array(100_001), isText: false });
    await until(() => heard.some(({ kind }) => kind === 'closed'), 'the end');
    expect(reports.take()).toEqual([
      'hostPeers: a page does not keep its limits, 100001 bytes wait to be sent (outbound_buffer_size 100000); its connection ends',
    ]);
  });

  it.each([0, 2 ** 40])('keeps 64 MiB for a page at most, which claims a limit of %i', async (outboundBufferSize) => {
    const { port, heard } = begun({ settings: { ...defaultValues(), outboundBufferSize } });
    await until(() => heard.some(({ kind }) => kind === 'open'), 'the connection');
    const data = new Uint8Array(2 ** 26 + 1);
    port.postMessage({ kind: 'send', data, isText: false }, [data.buffer]);
    await until(() => heard.some(({ kind }) => kind === 'closed'), 'the end');
    expect(reports.take()).toEqual([
      'hostPeers: a page does not keep its limits, 67108865 bytes wait to be sent (the most that a worker keeps for it: 67108864); its connection ends',
    ]);
  });
});

describe('a page with a hostile worker', () => {
  /** A peer in the page, and the port by which its worker answers. */
  async function hosted(configure: (peer: WorkerWebSocketPeer) => void = () => {}) {
    const { port1, port2 } = new MessageChannel();
    endings.push(() => port1.close());
    const peer = new WorkerWebSocketPeer(port1);
    configure(peer);
    endings.push(() => peer.free());
    const started = new Promise<MessagePort>((done) => {
      port2.onmessage = ({ data }) => done(data.port);
    });
    expect(peer.connect_to_url('ws://127.0.0.1:1/')).toBe(OK);
    const worker = await started;
    endings.push(() => worker.close());
    worker.postMessage({ kind: 'open', protocol: '', isCompressed: false });
    await until(() => {
      peer.poll();
      return peer.get_ready_state() === STATE_OPEN;
    }, 'open');
    return { peer, worker };
  }

  const messages: [string, unknown][] = [
    ['null', null],
    ['a text', 'x'],
    ['an unknown kind', { kind: 'hello' }],
    ['a packet without data', { kind: 'packet' }],
    ['a packet of text', { kind: 'packet', data: 'x', isText: true }],
    ['an end without a code', { kind: 'closed' }],
    ['less than nothing that has left', { kind: 'left', bytes: -5 }],
    ['a report of an object', { kind: 'report', message: {} }],
  ];
  it.each(messages)('goes on after %s', async (_, message) => {
    const { peer, worker } = await hosted();
    for (let i = 0; i < 5; i += 1) worker.postMessage(message);
    worker.postMessage({ kind: 'packet', data: Uint8Array.of(7), isText: false });
    await until(() => {
      peer.poll();
      return peer.get_available_packet_count() > 0;
    }, 'what came behind it');
    expect(reports.take()).toEqual([expect.stringMatching(/^WorkerWebSocketPeer: the worker sends .*; ignored$/)]);
    expect([peer.get_ready_state(), peer.get_current_outbound_buffered_amount()]).toEqual([STATE_OPEN, 0]);
  });

  it('takes a report as messages.ts has it, which is without a failure', async () => {
    const { peer, worker } = await hosted();
    worker.postMessage({ kind: 'report', severity: 'error', message: 'so it is', cause: 'so it is', failure: 5 });
    await until(() => {
      peer.poll();
      return reports.errors.length > 0;
    }, 'the report');
    expect(reports.take()).toEqual(['so it is']);
  });

  const floods: [string, (worker: MessagePort) => void, number][] = [
    ['packets', (worker) => worker.postMessage({ kind: 'packet', data: Uint8Array.of(1), isText: false }), 34_000],
    ['bytes', (worker) => worker.postMessage({ kind: 'packet', data: new Uint8Array(200), isText: false }), 1000],
    ['other events', (worker) => worker.postMessage({ kind: 'seen', policy: 0, dropped: 0 }), 1500],
  ];
  it.each(floods)('cuts off a worker that sends more %s than the limits allow', async (_, post, count) => {
    const { peer, worker } = await hosted((one) => {
      one.max_queued_packets = 10;
      one.inbound_buffer_size = 1000;
      one.max_unpolled_packets = 10;
      one.max_unpolled_bytes = 1000;
    });
    let ended = false;
    worker.addEventListener('close', () => {
      ended = true;
    });
    for (let i = 0; i < count; i += 1) post(worker);
    await until(() => ended, 'the end of the port');
    await until(() => {
      peer.poll();
      while (peer.get_available_packet_count() > 0) peer.get_packet();
      return peer.get_ready_state() === STATE_CLOSED;
    }, 'the end');
    expect(peer.get_close_code()).toBe(-1);
    expect(reports.take()).toEqual(["WebSocketPeer: the worker does not keep this peer's limits; the connection ends"]);
  });
});
