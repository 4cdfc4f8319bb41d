// What has happened in a room since its last poll, in order: clients that ask to come in, packets, and ends.
import type { OwnBytes } from '../bytes.js';
import type { RoomMember } from './room-member.js';

/** A client asks to come in; its link has ended. */
export const ASKS: unique symbol = Symbol('asks');
export const ENDS: unique symbol = Symbol('ends');

export type News = OwnBytes | typeof ASKS | typeof ENDS;

/** Number of empty slots at the front that makes the rest move up. */
const MOST_EMPTY = 1024;

export class RoomNews {
  #news: (News | null)[] = [];
  #members: (RoomMember | null)[] = [];
  #head = 0;

  get count(): number {
    return this.#news.length - this.#head;
  }

  add(member: RoomMember, news: News): void {
    this.#news.push(news);
    this.#members.push(member);
  }

  /** The first news; there must be some. */
  get first(): News {
    return this.#news[this.#head] as News;
  }

  /** Takes the first news away; returns whom it is about. */
  take(): RoomMember {
    const member = this.#members[this.#head] as RoomMember;
    this.#news[this.#head] = null;
    this.#members[this.#head] = null;
    this.#head += 1;
    if (this.#head >= MOST_EMPTY || this.#head === this.#news.length) this.#moveUp();
    return member;
  }

  clear(): void {
    this.#news = [];
    this.#members = [];
    this.#head = 0;
  }

  #moveUp(): void {
    if (this.#head * 2 < this.#news.length) return;
    this.#news.splice(0, this.#head);
    this.#members.splice(0, this.#head);
    this.#head = 0;
  }
}
