// The game's hook in a server's handshake: what it is told, what its answers do, and when.
import { describe, expect, test, vi } from 'vitest';
import { type Failure, printError, set_error_handler } from '../../host/binding/error-handler.js';
import type { HandshakeRequest } from '../../host/protocol/handshake-hook.js';
import { State } from '../../host/protocol/lifecycle.js';
import type { SettingValues } from '../../host/protocol/settings.js';
import { joined } from '../helpers/feed.js';
import { Rig } from '../helpers/memory-stream-connection.js';
import { OP, parseFrames } from '../helpers/raw-peer-frames.js';
import { headEnd, requestFor } from '../helpers/raw-peer-handshake.js';
import { useReports } from '../helpers/reports.js';

const reports = useReports();
const PAGE = 'Origin: https://game.example';
const PREFIX = 'WebSocketPeer: handshake_hook: ';

type Answer = (request: HandshakeRequest) => unknown;

/** A server whose hook keeps the requests, and answers by `answer`. */
class Door {
  readonly rig: Rig;
  readonly requests: HandshakeRequest[] = [];

  constructor(answer: Answer = () => {}, settings: Partial<SettingValues> = {}) {
    this.rig = new Rig('server', {
      handshakeHook: (request) => {
        this.requests.push(request);
        return answer(request) as undefined;
      },
      ...settings,
    });
    this.rig.poll();
  }

  get request(): HandshakeRequest {
    return this.requests[0] as HandshakeRequest;
  }

  get state(): number {
    return this.rig.connection.state;
  }

  arrive(headers: readonly string[] = [], more: Uint8Array = new Uint8Array(0)): this {
    this.rig.stream.deliver(joined([requestFor('/room?token=1', headers), more]));
    this.poll();
    return this;
  }

  poll(): void {
    this.rig.poll();
    this.rig.loop.settle();
  }

  /** What was written: the lines of the head, and the rest. */
  written(): { head: string[]; rest: Uint8Array } {
    const bytes = this.rig.stream.takeWritten();
    const end = Math.max(headEnd(bytes), 0);
    return { head: Buffer.from(bytes.subarray(0, end)).toString().trimEnd().split('\r\n'), rest: bytes.subarray(end) };
  }

  status(): string {
    return this.written().head[0]?.split(' ').slice(1).join(' ') ?? '';
  }
}

describe('the hook', () => {
  test('is asked once, within poll(), and told everything about the request', () => {
    const door = new Door();
    door.rig.stream.deliver(requestFor('/room?token=1', ['X-A: 1', 'x-a: 2', 'Sec-WebSocket-Protocol: b, a,, c d, b']));
    expect(door.requests).toHaveLength(0);
    door.poll();
    door.poll();
    expect(door.requests).toHaveLength(1);
    const { url, target, headers, protocols, remote_address, is_secure } = door.request;
    expect({ url, target, protocols, remote_address, is_secure }).toEqual({
      url: 'ws://127.0.0.1/room?token=1',
      target: '/room?token=1',
      protocols: ['b', 'a', 'b'],
      remote_address: door.rig.connection.remote.address,
      is_secure: false,
    });
    expect([headers.get('x-a'), headers.get('host'), headers.get('x-b')]).toEqual(['1, 2', '127.0.0.1', undefined]);
  });

  test.each([
    ['a page that may not come', { allowedOrigins: ['https://else.example'] }, [PAGE], '403 Forbidden'],
    ['a host that may not be named', { allowedHosts: ['else.example'] }, [], '403 Forbidden'],
    ['a request against the RFC', {}, ['Sec-WebSocket-Version: 12'], '426 Upgrade Required'],
  ])('is not asked about %s', (_what, settings, headers, status) => {
    const door = new Door(({ accept }) => accept(), settings).arrive(headers);
    expect([door.requests.length, door.state, door.status()]).toEqual([0, State.CLOSED, status]);
  });
});

describe('accept', () => {
  test('opens in the same poll, with headers and data', () => {
    const data = { name: 'Ada' };
    const door = new Door((request) => request.accept({ headers: ['X-Room: 7', 'Set-Cookie: a=b'], data })).arrive();
    expect(door.state).toBe(State.OPEN);
    expect(door.rig.connection.handshakeData).toBe(data);
    const { head } = door.written();
    expect(head[0]).toBe('HTTP/1.1 101 Switching Protocols');
    expect(head.slice(-2)).toEqual(['X-Room: 7', 'Set-Cookie: a=b']);
    expect(door.rig.connection.response?.get('x-room')).toBe('7');
    expect(door.rig.connection.request?.get('host')).toBe('127.0.0.1');
    expect(door.rig.wakes).toBeLessThanOrEqual(1);
  });

  test('that comes later is announced, and takes effect in the next poll', () => {
    const door = new Door().arrive();
    door.rig.wakes = 0;
    door.poll();
    expect([door.state, door.rig.wakes]).toEqual([State.CONNECTING, 0]);
    door.request.accept();
    expect([door.state, door.rig.wakes]).toEqual([State.CONNECTING, 1]);
    expect(door.rig.stream.takeWritten()).toHaveLength(0);
    door.poll();
    expect([door.state, door.status()]).toEqual([State.OPEN, '101 Switching Protocols']);
    expect(door.rig.connection.handshakeData).toBeUndefined();
  });

  test.each([
    ['the settings’ choice', ['a'], {}, 'a'],
    ['another that is offered', ['a'], { protocol: 'b' }, 'b'],
    ['one that only the hook supports', [], { protocol: 'b' }, 'b'],
    ['the settings’ choice for an empty one', ['a'], { protocol: '' }, 'a'],
  ])('takes as subprotocol %s', (_what, supportedProtocols, acceptance, protocol) => {
    const door = new Door((request) => request.accept(acceptance), { supportedProtocols });
    door.arrive(['Sec-WebSocket-Protocol: a, b']);
    expect([door.state, door.rig.connection.selectedProtocol]).toEqual([State.OPEN, protocol]);
    expect(door.written().head).toContain(`Sec-WebSocket-Protocol: ${protocol}`);
  });

  test('does not help a client with which the settings share no subprotocol', () => {
    const door = new Door((request) => request.accept()).arrive(['Sec-WebSocket-Protocol: a']);
    expect([door.state, door.status()]).toEqual([State.CLOSED, '400 Bad Request']);
    expect(reports.take()).toEqual([expect.stringContaining('supported_protocols')]);
  });
});

describe('refuse', () => {
  test('answers with status, headers and body, and is no error', () => {
    const refusal = { headers: ['WWW-Authenticate: Bearer'], body: 'Nö' };
    const door = new Door((request) => request.refuse(401, refusal)).arrive();
    const { head, rest } = door.written();
    expect([door.state, door.rig.connection.wasOpen, door.rig.connection.closeCode]).toEqual([State.CLOSED, false, -1]);
    expect(head).toEqual([
      'HTTP/1.1 401 Unauthorized',
      'Content-Type: text/plain; charset=utf-8',
      'Content-Length: 3',
      'Connection: close',
      'WWW-Authenticate: Bearer',
    ]);
    expect(Buffer.from(rest).toString()).toBe('Nö');
    expect(door.rig.connection.request).toBeUndefined();
    expect(reports.take()).toEqual([]);
  });

  test.each([
    [503, {}, '503 Service Unavailable', 'Service Unavailable\n'],
    [307, { headers: ['Location: wss://b.example/'] }, '307 Temporary Redirect', 'Temporary Redirect\n'],
    [499, {}, '499 ', '\n'],
    [403, { headers: ['content-type: application/json'], body: '{}' }, '403 Forbidden', '{}'],
  ])('%s %j writes %j', (status, refusal, line, body) => {
    const { head, rest } = new Door((request) => request.refuse(status, refusal)).arrive().written();
    expect([head[0], Buffer.from(rest).toString()]).toEqual([`HTTP/1.1 ${line}`, body]);
    expect(head.filter((entry) => /^content-type/i.test(entry))).toHaveLength(1);
  });

  test('opens for a page and closes at once with a code, without being open for the game', () => {
    const door = new Door((request) => request.refuse(401, { close_code: 4401, body: 'log in first' }));
    door.arrive([PAGE, 'Sec-WebSocket-Protocol: a, b'], door.rig.frame(OP.TEXT, 'early'));
    const { head, rest } = door.written();
    expect(head[0]).toBe('HTTP/1.1 101 Switching Protocols');
    expect(head).toContain('Sec-WebSocket-Protocol: a'); // a browser drops a connection without one
    const [frame, ...others] = parseFrames(rest).frames;
    expect(others).toEqual([]);
    expect([frame?.opcode, Buffer.from(frame?.payload ?? []).readUInt16BE()]).toEqual([OP.CLOSE, 4401]);
    expect(Buffer.from(frame?.payload ?? []).toString('utf8', 2)).toBe('log in first');
    const { connection } = door.rig;
    expect([connection.state, connection.wasOpen, connection.availablePackets]).toEqual([State.CLOSED, false, 0]);
    expect(reports.take()).toEqual([]);
  });

  test('cuts the reason for a page at 123 bytes', () => {
    const door = new Door((request) => request.refuse(401, { close_code: 4000, body: 'ö'.repeat(100) }));
    const [frame] = parseFrames(door.arrive([PAGE]).written().rest).frames;
    expect(Buffer.from(frame?.payload ?? []).toString('utf8', 2)).toBe('ö'.repeat(61));
  });

  test('answers a client without Origin in HTTP, whatever the code for pages', () => {
    const door = new Door((request) => request.refuse(403, { close_code: 4403 })).arrive();
    expect(door.status()).toBe('403 Forbidden');
  });

  test('that comes later is announced, and takes effect in the next poll', () => {
    const door = new Door().arrive();
    door.request.refuse(404);
    expect([door.state, door.rig.wakes]).toEqual([State.CONNECTING, 2]);
    door.poll();
    expect([door.state, door.status()]).toEqual([State.CLOSED, '404 Not Found']);
  });
});

function raise(): never {
  throw new Error('raised');
}

const BAD: readonly [what: string, answer: Answer, report: string][] = [
  [
    'throws',
    () => {
      throw new Error('no\nway');
    },
    'it threw "no\\nway"',
  ],
  [
    'throws what is no error',
    () => {
      throw 7;
    },
    'it threw "7"',
  ],
  [
    'throws what has no text',
    () => {
      throw Object.create(null);
    },
    'it threw "a value without a text"',
  ],
  [
    'throws an error whose message is no string',
    () => {
      throw Object.assign(new Error(), { message: Object.create(null) });
    },
    'it threw "a value without a text"',
  ],
  [
    'throws an error whose message throws',
    () => {
      throw Object.defineProperty(new Error(), 'message', { get: raise });
    },
    'it threw "a value without a text"',
  ],
  [
    'refuses with a status that has no text',
    (r) => r.refuse(Object.create(null)),
    'refuse: status must be an integer from 300 to 599, got a value without a text',
  ],
  [
    'refuses with a code that has no text',
    (r) => r.refuse(401, { close_code: Object.create(null) }),
    'refuse: close_code must be an integer from 4000 to 4999, got a value without a text',
  ],
  [
    'accepts with a string',
    (r) => r.accept('chat' as never),
    'accept: an object with protocol, headers, data is expected, got "chat"',
  ],
  [
    'accepts with a list',
    (r) => r.accept(['a'] as never),
    'accept: an object with protocol, headers, data is expected, got "a"',
  ],
  [
    'refuses with a string',
    (r) => r.refuse(401, 'no' as never),
    'refuse: an object with headers, body, close_code is expected, got "no"',
  ],
  [
    'accepts with a part that throws',
    (r) => r.accept(Object.defineProperty({}, 'headers', { get: raise })),
    'accept: reading it threw "raised"',
  ],
  [
    'takes a subprotocol that is not offered',
    (r) => r.accept({ protocol: 'c' }),
    'accept: protocol must be one that the client offers ("a", "b"), got "c"',
  ],
  [
    'gives a header with a line break',
    (r) => r.accept({ headers: ['X: 1\r\nY: 2'] }),
    'accept: headers: the value of "X" holds "\\r"',
  ],
  [
    'gives a header of the handshake',
    (r) => r.accept({ headers: ['Upgrade: h2c'] }),
    'accept: headers: "Upgrade" belongs to the handshake',
  ],
  [
    'gives headers that are none',
    (r) => r.accept({ headers: 'X: 1' as never }),
    'accept: headers must be an array of strings',
  ],
  [
    'takes a subprotocol that is no string',
    (r) => r.accept({ protocol: 1 as never }),
    'accept: protocol must be a string',
  ],
  ['refuses with a success', (r) => r.refuse(200), 'refuse: status must be an integer from 300 to 599, got 200'],
  [
    'refuses with no status',
    (r) => r.refuse('401' as never),
    'refuse: status must be an integer from 300 to 599, got 401',
  ],
  [
    'refuses with a line break',
    (r) => r.refuse(401, { headers: ['X: \n'] }),
    'refuse: headers: the value of "X" holds "\\n"',
  ],
  [
    'refuses with a length',
    (r) => r.refuse(401, { headers: ['Content-Length: 0'] }),
    'refuse: headers: "Content-Length" belongs to the handshake',
  ],
  ['refuses with bytes', (r) => r.refuse(401, { body: new Uint8Array(1) as never }), 'refuse: body must be a string'],
  [
    'refuses with a code of the protocol',
    (r) => r.refuse(401, { close_code: 1008 }),
    'refuse: close_code must be an integer from 4000 to 4999, got 1008',
  ],
];

describe('a hook that', () => {
  test.each(BAD)('%s is reported, and the request refused with 500', (_what, answer, report) => {
    const door = new Door(answer, { supportedProtocols: ['a'] }).arrive(['Sec-WebSocket-Protocol: a, b']);
    expect([door.state, door.status()]).toEqual([State.CLOSED, '500 Internal Server Error']);
    expect(reports.take()).toEqual([`${PREFIX}${report}; the request is refused with 500`]);
  });

  test.each([
    ['throws', (): never => raise(), 500, 'handshake_hook: it threw "raised"', 1],
    ['is late', () => {}, 503, 'handshake_hook: no answer after 2 s (handshake_timeout)', 1],
    ['refuses', (r: HandshakeRequest) => r.refuse(401), 401, 'handshake_hook has refused the request', 0],
  ])('%s tells the cause and the client as data', (_what, answer, status, cause, told) => {
    const failures: (Failure | null)[] = [];
    set_error_handler((_message, _kind, { failure }) => failures.push(failure));
    const door = new Door(answer as Answer, { handshakeTimeoutMs: 2000 }).arrive();
    door.rig.loop.advance(2000);
    door.poll();
    const { failure } = door.rig.connection;
    expect(failure).toMatchObject({
      stage: 'handshake',
      code: 'HOOK_REFUSED',
      http_status: status,
      message: `the handshake with the client at 127.0.0.1 failed: ${cause} (HOOK_REFUSED)`,
    });
    expect(failures).toEqual(Array.from({ length: told }, () => failure));
  });

  test('rejects its promise with what has no text is reported, and the request refused with 500', async () => {
    const door = new Door(() => Promise.reject(Object.create(null))).arrive();
    await Promise.resolve();
    await Promise.resolve();
    expect(reports.take()).toEqual([expect.stringContaining('it threw "a value without a text"')]);
    door.poll();
    expect(door.status()).toBe('500 Internal Server Error');
  });

  test('gives parts that change after the check sends those that were checked', () => {
    /** Good when first read, then an injection. */
    const turning = (): { headers: string[]; protocol: string } => {
      let [headers, protocols] = [0, 0];
      const lines = new Proxy(['X: 1'], {
        get: (list, part) => (part === '0' && headers++ > 0 ? 'X: 1\r\nY: 2' : Reflect.get(list, part)),
      });
      return {
        headers: lines,
        get protocol(): string {
          protocols += 1;
          return protocols === 1 ? 'a' : 'a\r\nY: 2';
        },
      };
    };
    const accepted = new Door((r) => r.accept(turning())).arrive(['Sec-WebSocket-Protocol: a']);
    const { head } = accepted.written();
    expect(accepted.state).toBe(State.OPEN);
    expect(head.slice(-2)).toEqual(['Sec-WebSocket-Protocol: a', 'X: 1']);
    const refused = new Door((r) => r.refuse(401, turning())).arrive();
    expect(refused.written().head.at(-1)).toBe('X: 1');
    expect(reports.take()).toEqual([]);
  });

  test('answers from within a part of its answer has answered by that', () => {
    const door = new Door((request) => {
      request.accept({
        get data(): number {
          request.refuse(401);
          return 7;
        },
      });
    }).arrive();
    expect([door.state, door.status()]).toEqual([State.CLOSED, '401 Unauthorized']);
    expect(reports.take()).toEqual([`${PREFIX}accept: the request has its answer already, this one is ignored`]);
  });

  test('rejects its promise is reported, and the request refused with 500', async () => {
    const door = new Door(() => Promise.reject(new Error('database'))).arrive();
    await Promise.resolve();
    await Promise.resolve();
    expect(reports.take()).toEqual([`${PREFIX}it threw "database"; the request is refused with 500`]);
    expect([door.state, door.rig.wakes]).toEqual([State.CONNECTING, 2]);
    door.poll();
    expect(door.status()).toBe('500 Internal Server Error');
  });

  test('fulfils its promise without an answer lets nobody in', async () => {
    const door = new Door(async () => {}).arrive();
    await Promise.resolve();
    await Promise.resolve();
    door.poll();
    expect(door.state).toBe(State.CONNECTING);
    expect(reports.take()).toEqual([expect.stringContaining('without accept() or refuse()')]);
    door.request.accept();
    door.poll();
    expect(door.state).toBe(State.OPEN);
  });

  test('awaits before its answer is waited for', async () => {
    const door = new Door(async (request) => {
      await Promise.resolve();
      request.accept({ data: 7 });
    }).arrive();
    await Promise.resolve();
    door.poll();
    expect([door.state, door.rig.connection.handshakeData]).toEqual([State.OPEN, 7]);
    await Promise.resolve();
    expect(reports.take()).toEqual([]);
  });

  test('answers twice is reported, and the first answer counts', () => {
    const door = new Door((request) => {
      request.accept();
      request.refuse(401);
      request.accept({ protocol: 'none such' });
    }).arrive();
    expect(door.state).toBe(State.OPEN);
    const second = 'the request has its answer already, this one is ignored';
    expect(reports.take()).toEqual([`${PREFIX}refuse: ${second}`, `${PREFIX}accept: ${second}`]);
  });

  test('is late is refused for with 503, told so, and not heard any more', () => {
    const door = new Door(undefined, { handshakeTimeoutMs: 2000 }).arrive();
    const { signal } = door.request;
    door.rig.loop.advance(1999);
    door.poll();
    expect([door.state, signal.aborted]).toEqual([State.CONNECTING, false]);
    door.rig.loop.advance(1);
    door.poll();
    expect([door.state, door.status(), signal.aborted]).toEqual([State.CLOSED, '503 Service Unavailable', true]);
    expect(reports.take()).toEqual([
      `${PREFIX}no answer after 2 s (handshake_timeout); the request is refused with 503`,
    ]);
    door.request.accept();
    door.poll();
    expect([door.state, reports.take()]).toEqual([State.CLOSED, []]);
  });

  test('gives a bad answer is over when the handler of the report ends the connection', () => {
    const door = new Door().arrive();
    door.rig.wakes = 0;
    set_error_handler(() => door.rig.connection.destroy());
    door.request.refuse(200);
    reports.clear();
    door.request.accept();
    expect([door.state, door.rig.wakes, reports.take()]).toEqual([State.CLOSED, 0, []]);
  });

  test('gives a bad answer can not give another in the handler of the report', () => {
    const door = new Door().arrive();
    const told: string[] = [];
    vi.spyOn(console, 'error').mockImplementation((line: string) => told.push(line));
    set_error_handler(() => door.request.accept());
    door.request.refuse(200);
    vi.restoreAllMocks();
    reports.clear();
    door.poll();
    expect([door.state, door.status()]).toEqual([State.CLOSED, '500 Internal Server Error']);
    expect(told).toEqual([`${PREFIX}accept: the request has its answer already, this one is ignored`]);
  });

  test('is late holds no later report back when the stream throws', () => {
    const door = new Door().arrive();
    door.rig.stream.write = () => raise();
    expect(() => door.rig.connection.expire(2000)).toThrow('raised');
    expect(reports.take()).toEqual([expect.stringContaining('no answer after 2 s')]);
    printError('later');
    expect(reports.take()).toEqual(['later']);
  });

  test('closes the connection itself ends it', () => {
    const door: Door = new Door((request) => {
      door.rig.connection.close(1000, new Uint8Array(0));
      request.accept();
    });
    door.arrive();
    expect([door.state, door.rig.connection.wasOpen]).toEqual([State.CLOSED, false]);
    expect(door.rig.stream.takeWritten()).toHaveLength(0);
    expect(reports.take()).toEqual([]);
  });

  test('polls from within does nothing by it', () => {
    const door: Door = new Door((request) => {
      door.rig.poll();
      request.accept();
    });
    door.arrive();
    expect([door.state, door.requests.length]).toEqual([State.OPEN, 1]);
  });
});

describe('while an answer is awaited', () => {
  test.each([
    ['the client goes', (door: Door) => door.rig.stream.end()],
    ['the connection breaks', (door: Door) => door.rig.stream.reset()],
    ['the game drops it', (door: Door) => door.rig.connection.destroy()],
  ])('%s: the signal is aborted, and a later answer ignored in silence', (_what, go) => {
    const door = new Door().arrive();
    const { signal } = door.request;
    let aborts = 0;
    signal.addEventListener('abort', () => {
      aborts += 1;
      door.rig.connection.close(1000, new Uint8Array(0));
      door.rig.poll();
    });
    go(door);
    door.poll();
    expect([door.state, signal.aborted, aborts]).toEqual([State.CLOSED, true, 1]);
    reports.take();
    door.request.accept();
    door.request.refuse(401);
    door.poll();
    expect([door.state, reports.take(), door.rig.stream.takeWritten().length]).toEqual([State.CLOSED, [], 0]);
  });

  test('a signal that is asked for afterwards is aborted, one of an accepted request is not', () => {
    const gone = new Door().arrive();
    gone.rig.stream.end();
    gone.poll();
    expect(gone.request.signal.aborted).toBe(true);
    const accepted = new Door((request) => request.accept()).arrive();
    const { signal } = accepted.request;
    accepted.rig.connection.destroy();
    expect(signal.aborted).toBe(false);
  });

  test('frames that came with the request wait, and little more is read', () => {
    const door = new Door();
    door.arrive([], door.rig.frame(OP.TEXT, 'early'));
    for (let count = 0; count < 50; count += 1) door.rig.receive(OP.TEXT, 'x'.repeat(1000));
    expect(door.rig.stream.unreadBytes).toBeGreaterThan(45_000);
    expect(door.rig.connection.availablePackets).toBe(0);
    door.request.accept();
    door.poll();
    door.poll();
    expect(door.rig.takeAll()[0]).toBe('early');
  });

  test.each([
    ['with the request', (door: Door, bytes: Uint8Array) => door.arrive([], bytes)],
    ['behind it', (door: Door, bytes: Uint8Array) => door.arrive().rig.stream.deliver(bytes, 1)],
    ['in both', (door: Door, bytes: Uint8Array) => door.arrive([], bytes).rig.stream.deliver(bytes)],
  ])('a client that sends frames %s and goes is noticed at once', (_when, send) => {
    const door = new Door();
    send(door, door.rig.frame(OP.TEXT, 'early'));
    const { signal } = door.request;
    door.rig.stream.end();
    door.poll();
    expect([door.state, signal.aborted]).toEqual([State.CLOSED, true]);
  });

  test('frames behind the request are read as far as needed to notice that, and kept', () => {
    const door = new Door().arrive();
    const texts = Array.from({ length: 20 }, (_, index) => String(index).repeat(500));
    for (const text of texts) door.rig.receive(OP.TEXT, text);
    expect(door.rig.stream.unreadBytes).toBeGreaterThan(0);
    door.request.accept();
    const taken: string[] = [];
    for (let count = 0; count < 10; count += 1) {
      door.poll();
      taken.push(...door.rig.takeAll());
    }
    expect(taken).toEqual(texts);
  });
});
