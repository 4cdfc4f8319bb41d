// What the primary process of node:cluster does for the brokers of all its processes: it passes messages on, follows
// requests until they are answered, and keeps the directory.
import type { LineEvents, LineMessage, ProcessLine } from '../transport/process-lines.js';
import type { Directory } from './broker.js';

/** Kinds of messages. From a broker; those in brackets also, or only, to one. */
export const SUBSCRIBE = 1;
export const UNSUBSCRIBE = 2;
/** [Also to.] `name` is the subject. */
export const MESSAGE = 3;
/** [Also to.] `name` is the subject, `number` the sender's number of it; to a broker, the router's. */
export const REQUEST = 4;
/** The sender of request `number` waits no longer. */
export const CANCEL = 5;
/** [Also to.] Answer to request `number`. */
export const ANSWER = 6;
/** [Also to.] There is nobody to answer request `number`. */
export const NOBODY = 7;
/** `name` is a call of the directory as JSON, `number` the sender's number of it. */
export const ASK = 8;
/** [Only to.] `name` is the result as JSON. */
export const TOLD = 9;

/** A request under way. */
interface Route {
  readonly from: Member;
  /** The number that the sender knows it by. */
  readonly number: number;
  /** Who may answer. */
  readonly to: Set<Member>;
}

/** A broker of some process. */
interface Member {
  readonly line: ProcessLine;
  readonly subjects: Set<string>;
  /** Requests of it under way: the router's numbers by its own. */
  readonly requests: Map<number, number>;
}

type Call = readonly [
  name: 'get' | 'list' | 'create' | 'update' | 'remove',
  key: string,
  value: string,
  revision: number,
];

export class ClusterRouter {
  readonly #directory: Directory;
  readonly #members = new Set<Member>();
  readonly #subscribers = new Map<string, Set<Member>>();
  readonly #routes = new Map<number, Route>();
  #lastRoute = 0;

  constructor(directory: Directory) {
    this.#directory = directory;
  }

  /** Takes a broker in; what comes from it goes to the result. */
  join(line: ProcessLine): LineEvents {
    const member: Member = { line, subjects: new Set(), requests: new Map() };
    this.#members.add(member);
    return {
      opened: () => {},
      received: (message) => this.#received(member, message),
      ended: () => this.#leave(member),
    };
  }

  #received(member: Member, message: LineMessage): void {
    const { kind, name, number, bytes } = message;
    if (kind === SUBSCRIBE) this.#subscribe(member, name);
    else if (kind === UNSUBSCRIBE) this.#unsubscribe(member, name);
    else if (kind === MESSAGE) this.#publish(message);
    else if (kind === REQUEST) this.#request(member, message);
    else if (kind === CANCEL) this.#cancel(member, number);
    else if (kind === ANSWER) this.#answer(number, bytes);
    else if (kind === NOBODY) this.#decline(member, number);
    else if (kind === ASK) void this.#ask(member, name, number);
  }

  #subscribe(member: Member, subject: string): void {
    member.subjects.add(subject);
    const subscribers = this.#subscribers.get(subject) ?? new Set();
    this.#subscribers.set(subject, subscribers.add(member));
  }

  #unsubscribe(member: Member, subject: string): void {
    member.subjects.delete(subject);
    const subscribers = this.#subscribers.get(subject);
    subscribers?.delete(member);
    if (subscribers?.size === 0) this.#subscribers.delete(subject);
  }

  #publish(message: LineMessage): void {
    for (const { line } of this.#subscribers.get(message.name) ?? []) line.send(message);
  }

  #request(from: Member, { name, number, bytes }: LineMessage): void {
    const to = new Set(this.#subscribers.get(name));
    if (to.size === 0) {
      from.line.send({ kind: NOBODY, name: '', number, bytes: null }, true);
      return;
    }
    this.#lastRoute += 1;
    const id = this.#lastRoute;
    this.#routes.set(id, { from, number, to });
    from.requests.set(number, id);
    for (const { line } of to) line.send({ kind: REQUEST, name, number: id, bytes });
  }

  #cancel(member: Member, number: number): void {
    const id = member.requests.get(number);
    member.requests.delete(number);
    if (id !== undefined) this.#routes.delete(id);
  }

  #answer(id: number, bytes: Uint8Array | null): void {
    const route = this.#routes.get(id);
    if (route === undefined) return; // answered by another, or too late
    this.#cancel(route.from, route.number);
    route.from.line.send({ kind: ANSWER, name: '', number: route.number, bytes });
  }

  #decline(member: Member, id: number): void {
    const route = this.#routes.get(id);
    if (route === undefined || !route.to.delete(member) || route.to.size > 0) return;
    this.#cancel(route.from, route.number);
    route.from.line.send({ kind: NOBODY, name: '', number: route.number, bytes: null }, true);
  }

  #leave(member: Member): void {
    this.#members.delete(member);
    for (const subject of [...member.subjects]) this.#unsubscribe(member, subject);
    for (const number of [...member.requests.keys()]) this.#cancel(member, number);
    for (const id of [...this.#routes.keys()]) this.#decline(member, id);
  }

  async #ask(member: Member, call: string, number: number): Promise<void> {
    const told = await this.#call(JSON.parse(call) as Call).then(
      (value) => ({ value: value instanceof Map ? [...value] : value }),
      (error: Error) => ({ fault: error.message }),
    );
    member.line.send({ kind: TOLD, name: JSON.stringify(told), number, bytes: null }, true);
  }

  async #call([name, key, value, revision]: Call): Promise<unknown> {
    const directory = this.#directory;
    if (name === 'get') return directory.get(key);
    if (name === 'list') return directory.list(key);
    if (name === 'create') return directory.create(key, value);
    if (name === 'update') return directory.update(key, value, revision);
    return directory.remove(key, revision);
  }
}
