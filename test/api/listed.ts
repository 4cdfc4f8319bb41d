// Check of a peer's method and property lists: every listed member can be used in every situation. Independent of test
// runner and runtime, as play.ts is.
import { type Column, type Peer, peerIn } from './play.js';
import { SITUATIONS, type SituationName } from './rows.js';

interface ArgumentInfo {
  readonly name: string;
  readonly type: number;
}

interface MethodInfo {
  readonly name: string;
  readonly args: readonly ArgumentInfo[];
}

interface Describing extends Peer {
  get_method_list(): readonly MethodInfo[];
  call(name: string, ...args: readonly unknown[]): unknown;
  get(name: string): unknown;
  set(name: string, value: unknown): void;
  has_method(name: string): boolean;
}

/** By `Variant.Type`: bool, int, float, String, PackedByteArray, PackedStringArray. */
const VALUES: Readonly<Record<number, unknown>> = { 1: false, 2: 1, 3: 1, 4: '', 29: new Uint8Array(2), 34: [] };

/** The first method of RefCounted: those before it belong to the peer classes. */
const FIRST_INHERITED = 'init_ref';

/** Members that threw, or differ from their listing, in any situation. */
export async function complaintsAbout(column: Column): Promise<string[]> {
  const complaints: string[] = [];
  column.set_error_handler(() => {});
  for (const name of Object.keys(SITUATIONS) as SituationName[]) {
    const peer = (await peerIn(column, SITUATIONS[name])) as Describing;
    complaints.push(...useAll(column, peer).map((complaint) => `${name}: ${complaint}`));
    peer.free();
  }
  return complaints;
}

function useAll(column: Column, peer: Describing): string[] {
  const methods = peer.get_method_list();
  const own = methods.slice(
    0,
    methods.findIndex(({ name }) => name === FIRST_INHERITED),
  );
  if (own.length < 30) throw new Error(`only ${own.length} methods are listed`);
  // `close` is called last, so that the others are called in the situation.
  const complaints = [...own]
    .sort((a, b) => Number(a.name === 'close') - Number(b.name === 'close'))
    .map((method) => {
      if (!peer.has_method(method.name)) return `${method.name} is listed, and not there`;
      return failureOf(method.name, () => peer.call(method.name, ...argumentsFor(method, column, peer)));
    });
  const properties = peer.get_property_list().filter((property) => (property as { usage?: number }).usage === 6);
  complaints.push(
    ...properties.map(({ name }) =>
      failureOf(name, () => {
        const value = peer.get(name);
        if (value === undefined || (value === null && name !== 'handshake_hook')) throw new Error('has no value');
        peer.set(name, value);
      }),
    ),
  );
  return complaints.filter((complaint) => complaint !== '');
}

function failureOf(name: string, use: () => unknown): string {
  try {
    use();
    return '';
  } catch (error) {
    return `${name}: ${(error as Error).message}`;
  }
}

function argumentsFor({ name, args }: MethodInfo, column: Column, peer: Describing): unknown[] {
  if (name === 'set_settings') return [peer.get('settings')];
  if (name === 'set_proxy_header') return ['forwarded'];
  if (name === 'set_handshake_hook') return [() => {}];
  if (name === 'connect_to_stream') return [column.make('unconnected stream'), 'ws://localhost/'];
  if (name === 'accept_upgrade') return [{ url: '/', rawHeaders: [] }, {}, null];
  if (name === 'broadcast') return [[peer], new Uint8Array(2), 1];
  return args.map(({ type }) => VALUES[type] ?? null);
}
