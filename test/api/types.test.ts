// Types of both implementations of `#sessions`, which take and return the same, and of WebSocketPeer, which is the same
// over either and shows no session. Checked by tsc (npm run check).
import { describe, expect, expectTypeOf, it } from 'vitest';
import * as page from '../../host/browser/page-sessions.js';
import * as streams from '../../host/godot4/websocket/stream-sessions.js';
import * as inPage from '../../host/index.browser.js';
import * as inNode from '../../host/index.js';
import type * as overStreams from '../../host/streams/index.js';

type Sessions = typeof streams;

describe('the functions that open sessions', () => {
  it('are the same ones in a page and over streams', () => {
    expect(Object.keys(page).sort()).toEqual(Object.keys(streams).sort());
    expectTypeOf<keyof typeof page>().toEqualTypeOf<keyof Sessions>();
  });

  it('have the same types', () => {
    expectTypeOf<typeof page.overStream>().toExtend<Sessions['overStream']>();
    expectTypeOf<typeof page.accept>().toExtend<Sessions['accept']>();
    expectTypeOf<typeof page.adopt>().toExtend<Sessions['adopt']>();
    expectTypeOf<typeof page.requireStream>().toEqualTypeOf<Sessions['requireStream']>();
    expectTypeOf<typeof page.isUtf8>().toEqualTypeOf<Sessions['isUtf8']>();
  });

  it('open a URL alike: a page asks less of TLS options, whose class stays out of it', () => {
    expectTypeOf<typeof page.openUrl>().returns.toEqualTypeOf<ReturnType<Sessions['openUrl']>>();
    expectTypeOf<Parameters<Sessions['openUrl']>>().toExtend<Parameters<typeof page.openUrl>>();
    expectTypeOf<typeof page.openUrl>().toExtend<Sessions['openUrl']>();
  });
});

describe('the public type of WebSocketPeer', () => {
  it('is one by every entry', () => {
    expectTypeOf<typeof inPage.WebSocketPeer>().toEqualTypeOf<typeof inNode.WebSocketPeer>();
    expectTypeOf<typeof overStreams.WebSocketPeer>().toEqualTypeOf<typeof inNode.WebSocketPeer>();
    expectTypeOf<inPage.WebSocketPeer>().toEqualTypeOf<inNode.WebSocketPeer>();
    expectTypeOf<inPage.WebSocketPeerSignals>().toEqualTypeOf<inNode.WebSocketPeerSignals>();
    expect(inPage.WebSocketPeer).toBe(inNode.WebSocketPeer);
  });

  it('takes and returns what Godot says, and no session', () => {
    type Peer = inNode.WebSocketPeer;
    expectTypeOf<Peer['connect_to_url']>().parameters.toEqualTypeOf<[string, (inNode.TLSOptions | null)?]>();
    expectTypeOf<Peer['accept_stream']>().parameters.toEqualTypeOf<[inNode.StreamPeer | null]>();
    expectTypeOf<Peer['get_ready_state']>().returns.toEqualTypeOf<inNode.WebSocketPeer.State>();
    expectTypeOf<Peer['send']>().parameter(1).toEqualTypeOf<inNode.WebSocketPeer.WriteMode | undefined>();
    expectTypeOf<Peer['get_close_code']>().returns.toEqualTypeOf<number>();
    expectTypeOf<Extract<keyof Peer, 'openUrl' | 'takeOver' | 'session'>>().toEqualTypeOf<never>();
  });
});
