// A process of a simulated cluster: its endpoint, and what it has been told.

import { DATA } from '../../host/cluster/batch.js';
import type { Broker } from '../../host/cluster/broker.js';
import { Endpoint } from '../../host/cluster/endpoint.js';
import type { Pair } from '../../host/cluster/pair.js';
import { type FaultyBroker, type FaultyNet, seeded } from './faulty-broker.js';

const NO_BYTES = new Uint8Array(0);

/** Whom a process sends to. */
export interface Addressed {
  readonly id: number;
}

let made = 0;

export class ClusterProcess {
  readonly broker: FaultyBroker;
  readonly endpoint: Endpoint;
  mayWork = true;
  /** Texts of records, by pair, in the order of their arrival. */
  readonly texts: string[] = [];
  readonly losses: string[] = [];
  relieved = 0;
  /** Called for each record, with its bytes, instead of all else. */
  onRaw: ((kind: number, flags: number, payload: Uint8Array) => void) | null = null;
  /** Called for each record. */
  onRecord: ((pair: Pair, text: string) => void) | null = null;

  constructor(net: FaultyNet, outageTimeoutMs = 10_000, maxPayload = 1 << 20) {
    this.broker = net.join();
    this.broker.max_payload = maxPayload;
    made += 1;
    this.endpoint = new Endpoint(this.broker as Broker, this.#events(), {
      clock: this.broker.clock,
      random: seeded(made),
      outageTimeoutMs,
    });
  }

  get id(): number {
    return this.endpoint.id;
  }

  /** Sends `text` to `other`, on a link that is held. */
  say(other: Addressed, text: string, link = 1): Pair {
    const pair = this.hold(other);
    pair.put(DATA, 0, link, null, new TextEncoder().encode(text));
    return pair;
  }

  /** The pair with `other`, held by one link. */
  hold(other: Addressed): Pair {
    const pair = this.endpoint.pairWith(other.id);
    this.#hold(pair);
    return pair;
  }

  /** Sends `size` zeros. */
  load(other: Addressed, size: number): Pair {
    const pair = this.hold(other);
    pair.put(DATA, 0, 1, null, size === 0 ? NO_BYTES : new Uint8Array(size));
    return pair;
  }

  readonly #held = new WeakSet<Pair>();

  #hold(pair: Pair): void {
    if (!this.#held.has(pair)) pair.retain();
    this.#held.add(pair);
  }

  #events() {
    return {
      mayWork: () => this.mayWork,
      received: (pair: Pair, kind: number, flags: number, _link: number, payload: Uint8Array): void => {
        this.#hold(pair);
        if (this.onRaw !== null) {
          this.onRaw(kind, flags, payload);
          return;
        }
        const text = new TextDecoder().decode(payload);
        this.texts.push(text);
        this.onRecord?.(pair, text);
      },
      relieved: (): void => {
        this.relieved += 1;
      },
      lost: (_pair: Pair, cause: string): void => {
        this.losses.push(cause);
      },
    };
  }
}
