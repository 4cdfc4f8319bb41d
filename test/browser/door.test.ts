// What a real page learns when a server's handshake hook refuses it: the code and the reason of a close frame.
import { afterEach, expect, it } from 'vitest';
import { TCPServer, WebSocketPeer } from '../../host/index.js';
import type { HandshakeHook } from '../../host/protocol/handshake-hook.js';
import { useReports } from '../helpers/reports.js';
import { inPage } from './lib/in-page.js';

useReports(); // a page is warned of, since allowed_origins is empty
const endings: (() => void)[] = [];
afterEach(() => {
  for (const end of endings.splice(0)) end();
});

/** A server with `hook`; the states that its connections are seen in. */
function served(hook: HandshakeHook): { origin: string; states: Set<number> } {
  const server = new TCPServer();
  server.listen(0, '127.0.0.1');
  endings.push(() => server.stop());
  const states = new Set<number>();
  server.connect('activity', () => {
    while (server.is_connection_available()) {
      const peer = new WebSocketPeer();
      peer.handshake_hook = hook;
      peer.accept_stream(server.take_connection());
      const look = (): void => {
        peer.poll();
        states.add(peer.get_ready_state());
      };
      peer.connect('activity', look);
      look();
    }
  });
  return { origin: `ws://127.0.0.1:${server.get_local_port()}`, states };
}

it.each([[[]], [['a', 'b']]])('a page that offers the subprotocols %j gets code and reason', async (protocols) => {
  const { origin, states } = served((request) => {
    setTimeout(() => request.refuse(401, { close_code: 4401, body: 'log in first' }), 5);
  });
  const script = `
    const peer = new WebSocketPeer();
    peer.supported_protocols = ${JSON.stringify(protocols)};
    peer.connect_to_url('${origin}/?token=wrong');
    await until(peer, () => peer.get_ready_state() === WebSocketPeer.STATE_CLOSED);
    return [peer.get_close_code(), peer.get_close_reason()];`;
  expect(await inPage(script)).toEqual([4401, 'log in first']);
  expect([...states]).toEqual([WebSocketPeer.STATE_CONNECTING, WebSocketPeer.STATE_CLOSED]);
});

it('a page that is let in does not know what was said in the handshake', async () => {
  const { origin } = served((request) => request.accept({ headers: ['X-Seat: 3'], data: 3 }));
  const script = `
    const peer = await open();
    return [peer.get_request_headers(), peer.get_response_headers(), peer.get_handshake_data()];`;
  expect(await inPage(script, { origin })).toEqual([null, null, null]);
});
