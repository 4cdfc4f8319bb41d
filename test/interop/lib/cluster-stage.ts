// Clusters of real processes over each broker: rooms and gateways of the built package, each in a process of its own
// where the broker goes beyond one.
import { type ChildProcess, fork } from 'node:child_process';
import cluster from 'node:cluster';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe } from 'vitest';
import { ClusterBroker } from '../../../host/cluster/index.js';
import { commandPath } from '../../helpers/commands.js';
import { NatsServer } from '../../helpers/nats-server.js';
import { freePort } from '../../helpers/ports.js';
import { type Scope, Watch } from './watch.js';

const PROGRAM = fileURLToPath(new URL('../programs/cluster-member.mjs', import.meta.url));

const isBuilt = existsSync(fileURLToPath(new URL('../../../dist/esm/cluster.js', import.meta.url)));

interface Answered {
  readonly re?: number;
  readonly value?: unknown;
  readonly fault?: string;
  readonly note?: string;
}

/** A process of the cluster, and what it has told. */
export class ClusterMachine extends Watch {
  readonly notes: string[] = [];
  hasExited = false;
  readonly #child: ChildProcess;
  readonly #pending = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
  #last = 0;
  #complaints = '';

  constructor(child: ChildProcess) {
    super();
    this.#child = child;
    child.stderr?.on('data', (chunk) => {
      this.#complaints += chunk;
    });
    child.on('message', (message: Answered) => this.#heard(message));
    child.on('exit', () => {
      this.hasExited = true;
      for (const { reject } of this.#pending.values()) reject(new Error(`the process has ended\n${this.#complaints}`));
      this.#pending.clear();
      this.noted();
    });
  }

  /** Lets it do something; resolves with its answer. */
  ask(what: string, values: unknown = null): Promise<unknown> {
    this.#last += 1;
    const id = this.#last;
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { resolve, reject });
      this.#child.send({ id, do: what, with: values });
    });
  }

  /** Waits for a note that has `text`, and returns it. */
  async told(text: string): Promise<string> {
    const find = (): string | undefined => this.notes.find((note) => note.includes(text));
    await this.until(() => find() !== undefined || this.hasExited);
    const found = find();
    if (found === undefined) throw new Error(`no "${text}", but: ${this.notes.join('\n')}\n${this.#complaints}`);
    return found;
  }

  count(text: string): number {
    return this.notes.filter((note) => note.includes(text)).length;
  }

  freeze(): void {
    this.#child.kill('SIGSTOP');
  }

  thaw(): void {
    this.#child.kill('SIGCONT');
  }

  async kill(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.until(() => this.hasExited);
  }

  #heard({ re, value, fault, note }: Answered): void {
    if (note !== undefined) {
      this.notes.push(note);
      this.noted();
      return;
    }
    const pending = this.#pending.get(re ?? 0);
    this.#pending.delete(re ?? 0);
    if (fault === undefined) pending?.resolve(value);
    else pending?.reject(new Error(fault));
  }
}

/** A gateway, and the process that it is in. */
export interface StageGateway {
  readonly machine: ClusterMachine;
  readonly port: number;
}

/** What all processes of a cluster are connected by. */
interface Bond {
  start(): ChildProcess;
  /** The server that carries the messages, where there is one. */
  readonly server: NatsServer | null;
  end(): Promise<void>;
}

export class ClusterStage {
  /** Whether rooms and gateways can be in different processes. */
  readonly isShared: boolean;
  readonly machines: ClusterMachine[] = [];
  readonly #bond: Bond;

  constructor(bond: Bond, isShared: boolean) {
    this.#bond = bond;
    this.isShared = isShared;
  }

  get server(): NatsServer {
    if (this.#bond.server === null) throw new Error('this broker has no server');
    return this.#bond.server;
  }

  /** A process that hosts rooms. */
  async host(): Promise<ClusterMachine> {
    const machine = await this.#machine();
    await machine.ask('host');
    return machine;
  }

  /** A process with a gateway, whose connections have these settings. */
  async gateway(limits: Readonly<Record<string, number>> = {}): Promise<StageGateway> {
    const machine = await this.#machine();
    const port = await freePort();
    await machine.ask('gateway', { port, limits });
    return { machine, port };
  }

  /** Closes what all are connected by. */
  closeBroker(): Promise<void> {
    return this.#bond.end();
  }

  async end(): Promise<void> {
    for (const machine of this.machines) machine.thaw();
    await Promise.all(this.machines.map((machine) => machine.kill()));
    await this.#bond.end();
  }

  /** A fresh process, or the only one. */
  async #machine(): Promise<ClusterMachine> {
    const known = this.isShared ? undefined : this.machines[0];
    const machine = known ?? new ClusterMachine(this.#bond.start());
    if (known === undefined) this.machines.push(machine);
    await machine.told('ready');
    return machine;
  }
}

const STDIO = ['ignore', 'ignore', 'pipe', 'ipc'] as const;
const forked = (...args: string[]): ChildProcess => fork(PROGRAM, args, { execArgv: [], stdio: [...STDIO] });

async function overMemory(): Promise<ClusterStage> {
  return new ClusterStage({ start: () => forked('memory'), server: null, end: async () => {} }, false);
}

async function overProcesses(): Promise<ClusterStage> {
  cluster.setupPrimary({
    exec: PROGRAM,
    args: ['cluster'],
    execArgv: [],
    serialization: 'advanced',
    stdio: [...STDIO],
  });
  const primary = new ClusterBroker();
  return new ClusterStage({ start: () => cluster.fork().process, server: null, end: () => primary.close() }, true);
}

async function overNats(): Promise<ClusterStage> {
  const server = await NatsServer.start();
  return new ClusterStage({ start: () => forked('nats', server.servers), server, end: () => server.remove() }, true);
}

/** A way to connect processes, and what is missing for it on this machine; '' when nothing is. */
export interface ClusterKind {
  readonly name: string;
  readonly missing: string;
  begin(scope: Scope): Promise<ClusterStage>;
}

const kind = (name: string, missing: string, make: () => Promise<ClusterStage>): ClusterKind => ({
  name,
  missing,
  async begin(scope) {
    const stage = await make();
    scope.defer(() => stage.end());
    return stage;
  },
});

const missingNats = commandPath('nats-server') === null ? 'nats-server: scripts/install-proxies.sh' : '';

export const MEMORY = kind('MemoryBroker', '', overMemory);
export const CLUSTER = kind('ClusterBroker', '', overProcesses);
export const NATS = kind('NatsBroker', missingNats, overNats);
/** Those that connect several processes. */
export const SHARED_KINDS = [CLUSTER, NATS] as const;
export const ALL_KINDS = [MEMORY, ...SHARED_KINDS] as const;

/** Runs `suite` over each of `kinds`; where something is missing, the tests are skipped by name. */
export function describeKinds(title: string, kinds: readonly ClusterKind[], suite: (kind: ClusterKind) => void): void {
  for (const kind of kinds) {
    const { name, missing } = kind;
    const suffix = missing === '' ? '' : ` (needs ${missing})`;
    describe.skipIf(missing !== '' || !isBuilt)(`${title} over ${name}${suffix}`, () => suite(kind));
  }
}
