// A fake browser WebSocket under the test's control, and the page's WebSocketPeer over it.
import { afterEach, beforeEach, expect, vi } from 'vitest';
import { WebSocketPeer } from '../../host/godot4/websocket/web-socket-peer.js';

/** A fake WebSocket: calls are recorded, and the test emits its events. */
export class PlayedSocket {
  static all: PlayedSocket[] = [];
  static refuses = '';
  static refusesAs = 'SecurityError';
  readonly calls: unknown[] = [];
  binaryType = 'blob';
  bufferedAmount = 0;
  protocol = '';
  extensions = '';
  readyState = 0;
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: unknown }) => void) | null = null;
  onclose: ((event: { code: number; reason: string }) => void) | null = null;
  onerror: (() => void) | null = null;

  constructor(...args: unknown[]) {
    if (PlayedSocket.refuses !== '') throw new DOMException(PlayedSocket.refuses, PlayedSocket.refusesAs);
    this.calls.push(args);
    PlayedSocket.all.push(this);
  }

  send(data: unknown): void {
    this.calls.push(['send', data]);
  }

  close(...args: unknown[]): void {
    this.calls.push(['close', ...args]);
  }
}

/** Replaces the browser's WebSocket by the fake one during the tests of a file. */
export function usePlayedSockets(): void {
  beforeEach(() => {
    PlayedSocket.all = [];
    PlayedSocket.refuses = '';
    PlayedSocket.refusesAs = 'SecurityError';
    vi.stubGlobal('WebSocket', PlayedSocket);
  });
  afterEach(() => vi.unstubAllGlobals());
}

interface Both {
  readonly peer: WebSocketPeer;
  readonly socket: PlayedSocket;
}

export function connecting(configure: (peer: WebSocketPeer) => void = () => {}, url = 'ws://localhost:9/'): Both {
  const peer = new WebSocketPeer();
  configure(peer);
  expect(peer.connect_to_url(url)).toBe(0);
  return { peer, socket: PlayedSocket.all.at(-1) as PlayedSocket };
}

export function opened(configure?: (peer: WebSocketPeer) => void): Both {
  const both = connecting(configure);
  both.socket.onopen?.();
  both.peer.poll();
  expect(both.peer.get_ready_state()).toBe(WebSocketPeer.STATE_OPEN);
  return both;
}

export const receive = (socket: PlayedSocket, data: unknown): void => socket.onmessage?.({ data });
