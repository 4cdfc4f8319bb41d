// Types that users write: enums beside their classes, and signals with what they give. tsc judges them (npm run check);
// what runs here is that the values bear the same names.
import { describe, expect, expectTypeOf, it } from 'vitest';
import * as godot3 from '../../host/godot3/index.js';
import {
  ClassDB,
  type Crypto,
  HashingContext,
  type HashType,
  type MultiplayerAPI,
  type MultiplayerPeer,
  OfflineMultiplayerPeer,
  type SceneMultiplayer,
  type StreamPeerSocket,
  StreamPeerTCP,
  StreamPeerTLS,
  StreamPeerUDS,
  WebSocketMultiplayerPeer,
  type WebSocketPeer,
} from '../../host/index.js';

/** Names that are neither Godot's `snake_case` nor its `CONSTANTS`. */
type Foreign<Name> = Name extends string ? (Name extends Lowercase<Name> | Uppercase<Name> ? never : Name) : never;

/** The numbers of a group. */
type ValuesOf<Group> = Group[keyof Group];

describe('an enum is a type beside its class', () => {
  it("of the group's numbers", () => {
    expectTypeOf<MultiplayerPeer.TransferMode>().toEqualTypeOf<0 | 1 | 2>();
    expectTypeOf<MultiplayerPeer.TransferMode>().toEqualTypeOf<ValuesOf<typeof MultiplayerPeer.TransferMode>>();
    expectTypeOf<MultiplayerPeer.ConnectionStatus>().toEqualTypeOf<ValuesOf<typeof MultiplayerPeer.ConnectionStatus>>();
    expectTypeOf<WebSocketPeer.State>().toEqualTypeOf<ValuesOf<typeof WebSocketPeer.State>>();
    expectTypeOf<WebSocketPeer.WriteMode>().toEqualTypeOf<ValuesOf<typeof WebSocketPeer.WriteMode>>();
    expectTypeOf<StreamPeerSocket.Status>().toEqualTypeOf<ValuesOf<typeof StreamPeerSocket.Status>>();
    expectTypeOf<StreamPeerTLS.Status>().toEqualTypeOf<ValuesOf<typeof StreamPeerTLS.Status>>();
    expectTypeOf<HashingContext.HashType>().toEqualTypeOf<ValuesOf<typeof HashingContext.HashType>>();
    expectTypeOf<ClassDB.APIType>().toEqualTypeOf<ValuesOf<typeof ClassDB.APIType>>();
    expectTypeOf<HashType>().toEqualTypeOf<HashingContext.HashType>();
  });

  it("of the group's numbers, in Godot 3", () => {
    const { NetworkedMultiplayerPeer } = godot3;
    expectTypeOf<godot3.NetworkedMultiplayerPeer.TransferMode>().toEqualTypeOf<
      ValuesOf<typeof NetworkedMultiplayerPeer.TransferMode>
    >();
    expectTypeOf<godot3.NetworkedMultiplayerPeer.ConnectionStatus>().toEqualTypeOf<
      ValuesOf<typeof NetworkedMultiplayerPeer.ConnectionStatus>
    >();
    expectTypeOf<godot3.WebSocketPeer.WriteMode>().toEqualTypeOf<ValuesOf<typeof godot3.WebSocketPeer.WriteMode>>();
  });

  it('of the class below, too', () => {
    expectTypeOf<WebSocketMultiplayerPeer.TransferMode>().toEqualTypeOf<MultiplayerPeer.TransferMode>();
    expectTypeOf<WebSocketMultiplayerPeer.ConnectionStatus>().toEqualTypeOf<MultiplayerPeer.ConnectionStatus>();
    expectTypeOf<OfflineMultiplayerPeer.TransferMode>().toEqualTypeOf<MultiplayerPeer.TransferMode>();
    expectTypeOf<OfflineMultiplayerPeer.ConnectionStatus>().toEqualTypeOf<MultiplayerPeer.ConnectionStatus>();
    expectTypeOf<StreamPeerTCP.Status>().toEqualTypeOf<StreamPeerSocket.Status>();
    expectTypeOf<StreamPeerUDS.Status>().toEqualTypeOf<StreamPeerSocket.Status>();
    expectTypeOf<godot3.WebSocketMultiplayerPeer.TransferMode>().toEqualTypeOf<0 | 1 | 2>();
    expectTypeOf<godot3.WebSocketClient.ConnectionStatus>().toEqualTypeOf<0 | 1 | 2>();
    expectTypeOf<godot3.WebSocketServer.ConnectionStatus>().toEqualTypeOf<0 | 1 | 2>();
  });

  it('of what methods take and return', () => {
    expectTypeOf<MultiplayerPeer['get_connection_status']>().returns.toEqualTypeOf<MultiplayerPeer.ConnectionStatus>();
    expectTypeOf<MultiplayerPeer['get_packet_mode']>().returns.toEqualTypeOf<MultiplayerPeer.TransferMode>();
    expectTypeOf<MultiplayerPeer['set_transfer_mode']>().parameter(0).toEqualTypeOf<MultiplayerPeer.TransferMode>();
    expectTypeOf<MultiplayerPeer['transfer_mode']>().toEqualTypeOf<MultiplayerPeer.TransferMode>();
    expectTypeOf<SceneMultiplayer['send_bytes']>()
      .parameter(2)
      .toEqualTypeOf<MultiplayerPeer.TransferMode | undefined>();
    expectTypeOf<StreamPeerTCP['get_status']>().returns.toEqualTypeOf<StreamPeerTCP.Status>();
    expectTypeOf<StreamPeerTLS['get_status']>().returns.toEqualTypeOf<StreamPeerTLS.Status>();
    expectTypeOf<HashingContext['start']>().parameter(0).toEqualTypeOf<HashingContext.HashType>();
    expectTypeOf<Crypto['sign']>().parameter(0).toEqualTypeOf<HashingContext.HashType>();
    expectTypeOf<(typeof ClassDB)['class_get_api_type']>().returns.toEqualTypeOf<ClassDB.APIType>();
    expectTypeOf<godot3.WebSocketClient['get_connection_status']>().returns.toEqualTypeOf<0 | 1 | 2>();
    expectTypeOf<godot3.WebSocketClient['transfer_mode']>().toEqualTypeOf<0 | 1 | 2>();
    expectTypeOf<godot3.WebSocketPeer['get_write_mode']>().returns.toEqualTypeOf<godot3.WebSocketPeer.WriteMode>();
  });

  it('whose constants are taken for it, and whose like is not', () => {
    expectTypeOf<typeof MultiplayerPeer.TRANSFER_MODE_RELIABLE>().toExtend<MultiplayerPeer.TransferMode>();
    expectTypeOf<typeof HashingContext.HASH_SHA256>().toExtend<HashingContext.HashType>();
    // @ts-expect-error there are three of them
    const mode: MultiplayerPeer.TransferMode = 3;
    expect(mode).toBe(3);
  });

  const values: [string, object][] = [
    ['ConnectionStatus', WebSocketMultiplayerPeer],
    ['TransferMode', WebSocketMultiplayerPeer],
    ['TransferMode', OfflineMultiplayerPeer],
    ['Status', StreamPeerTCP],
    ['Status', StreamPeerUDS],
    ['Status', StreamPeerTLS],
    ['HashType', HashingContext],
    ['APIType', ClassDB],
    ['ConnectionStatus', godot3.WebSocketClient],
    ['TransferMode', godot3.WebSocketServer],
    ['WriteMode', godot3.WebSocketPeer],
  ];
  it.each(values)('%s, and a value of the same name', (name, holder) => {
    const group = (holder as Record<string, unknown>)[name];
    expect(Object.isFrozen(group)).toBe(true);
    expect(Object.values(group as object).every(Number.isInteger)).toBe(true);
  });
});

/** The callable that `connect` wants for `signal`. */
type Heard<T extends { readonly signals: object }, S extends keyof T['signals']> = (
  ...args: Extract<T['signals'][S], unknown[]>
) => unknown;

it('packets are bytes of their own, which a Blob takes', () => {
  expectTypeOf<ReturnType<WebSocketPeer['get_packet']>>().toEqualTypeOf<Uint8Array<ArrayBuffer>>();
  expectTypeOf<ReturnType<WebSocketMultiplayerPeer['get_packet']>>().toEqualTypeOf<Uint8Array<ArrayBuffer>>();
  expectTypeOf<ReturnType<godot3.WebSocketPeer['get_packet']>>().toEqualTypeOf<Uint8Array<ArrayBuffer>>();
});

it('objects show names of Godot alone', () => {
  expectTypeOf<Foreign<keyof WebSocketPeer>>().toBeNever();
  expectTypeOf<Foreign<keyof WebSocketMultiplayerPeer>>().toBeNever();
  expectTypeOf<Foreign<keyof SceneMultiplayer>>().toBeNever();
  expectTypeOf<Foreign<keyof StreamPeerTCP>>().toBeNever();
  expectTypeOf<Foreign<keyof StreamPeerTLS>>().toBeNever();
  expectTypeOf<Foreign<keyof godot3.WebSocketPeer>>().toBeNever();
  expectTypeOf<Foreign<keyof godot3.WebSocketServer>>().toBeNever();
});

describe('connect takes signals of the class, and callables that can be called', () => {
  it('of a multiplayer peer', () => {
    expectTypeOf<Heard<MultiplayerPeer, 'peer_connected'>>().toEqualTypeOf<(id: number) => unknown>();
    const connects = (peer: MultiplayerPeer, offline: OfflineMultiplayerPeer): void => {
      peer.connect('peer_connected', (id) => expectTypeOf(id).toEqualTypeOf<number>());
      peer.connect('peer_connected', () => {});
      peer.peer_disconnected.connect((id) => expectTypeOf(id).toEqualTypeOf<number>());
      // @ts-expect-error there is no such signal
      peer.connect('typo', () => {});
      // @ts-expect-error only a WebSocketMultiplayerPeer has it
      peer.connect('activity', () => {});
      // @ts-expect-error the signal gives one argument
      peer.connect('peer_connected', (_id: number, _more: number) => {});
      // @ts-expect-error the signal gives a number
      peer.connect('peer_disconnected', (_id: string) => {});
      // @ts-expect-error the signal gives one argument
      peer.peer_connected.connect((_id: number, _more: number) => {});
      // @ts-expect-error there is no such signal
      peer.typo.connect(() => {});
      // @ts-expect-error there is no such signal
      offline.connect('typo', () => {});
      // @ts-expect-error the signal gives one argument
      offline.connect('peer_connected', (_id: number, _more: number) => {});
    };
    expect(connects).toBeTypeOf('function');
  });

  it('of a WebSocketMultiplayerPeer', () => {
    const connects = (peer: WebSocketMultiplayerPeer): void => {
      peer.connect('activity', () => {});
      peer.connect('peer_connected', (id) => expectTypeOf(id).toEqualTypeOf<number>());
      // @ts-expect-error there is no such signal
      peer.connect('typo', () => {});
      // @ts-expect-error the signal gives nothing
      peer.connect('activity', (_more: number) => {});
      // @ts-expect-error the signal gives nothing
      peer.activity.connect((_more: number) => {});
    };
    expect(connects).toBeTypeOf('function');
  });

  it('of a SceneMultiplayer', () => {
    const connects = (multiplayer: SceneMultiplayer, api: MultiplayerAPI): void => {
      multiplayer.connect('peer_packet', (id, packet) => {
        expectTypeOf(id).toEqualTypeOf<number>();
        expectTypeOf(packet).toExtend<Uint8Array>();
      });
      multiplayer.connect('connected_to_server', () => {});
      multiplayer.peer_authenticating.connect((id) => expectTypeOf(id).toEqualTypeOf<number>());
      // @ts-expect-error there is no such signal
      multiplayer.connect('typo', () => {});
      // @ts-expect-error the signal gives two arguments
      multiplayer.connect('peer_packet', (_id: number, _packet: Uint8Array, _more: number) => {});
      // @ts-expect-error the signal gives nothing
      multiplayer.connect('server_disconnected', (_id: number) => {});
      // @ts-expect-error the signal gives two arguments
      multiplayer.node_packet.connect((_id: number, _packet: Uint8Array, _more: number) => {});
      // @ts-expect-error only a SceneMultiplayer has it
      api.connect('peer_packet', () => {});
      // @ts-expect-error the signal gives nothing
      api.connect('connection_failed', (_id: number) => {});
    };
    expect(connects).toBeTypeOf('function');
  });

  it("of Godot 3's classes, by a function and by a method's name", () => {
    const connects = (
      client: godot3.WebSocketClient,
      server: godot3.WebSocketServer,
      base: godot3.WebSocketMultiplayerPeer,
      networked: godot3.NetworkedMultiplayerPeer,
    ): void => {
      client.connect('connection_closed', (wasClean) => expectTypeOf(wasClean).toEqualTypeOf<boolean>());
      client.connect('server_close_request', (code, reason) => {
        expectTypeOf(code).toEqualTypeOf<number>();
        expectTypeOf(reason).toEqualTypeOf<string>();
      });
      server.connect('data_received', (id) => expectTypeOf(id).toEqualTypeOf<number>());
      server.connect('data_received', {}, 'heard', ['bound']);
      new godot3.Signal<[points: number]>(server, 'scored').connect((points) => points + 1);
      // @ts-expect-error there is no such signal
      client.connect('typo', () => {});
      // @ts-expect-error there is no such signal
      client.connect('typo', {}, 'heard');
      // @ts-expect-error the signal gives nothing
      client.connect('data_received', (_id: number) => {});
      // @ts-expect-error the signal gives two arguments
      client.connect('server_close_request', (_code: number, _reason: string, _more: number) => {});
      // @ts-expect-error there is no such signal
      server.connect('typo', () => {});
      // @ts-expect-error a client's
      server.connect('connection_established', () => {});
      // @ts-expect-error the signal gives one argument
      server.connect('data_received', (_id: number, _more: number) => {});
      // @ts-expect-error the signal gives one argument
      server.data_received.connect((_id: number, _more: number) => {});
      // @ts-expect-error a server's
      base.connect('client_connected', () => {});
      // @ts-expect-error the signal gives one argument
      base.connect('peer_packet', (_source: number, _more: number) => {});
      // @ts-expect-error there is no such signal
      networked.connect('typo', () => {});
      // @ts-expect-error the signal gives nothing
      networked.connect('server_disconnected', (_id: number) => {});
    };
    expect(connects).toBeTypeOf('function');
  });
});
