// Words about classes in the description of the API, found by class and member.
import type { ClassInfo } from '../binding/class-info.js';

/** What the doc comments say of a class: its first paragraph, the rest, and its members by their names. In BBCode. */
export interface ClassWords {
  readonly brief: string;
  readonly text: string;
  readonly members: Readonly<Record<string, string>>;
}

export type Words = Readonly<Record<string, ClassWords>>;

/** The description of a class, as keys of the engine's file. */
export interface DescribedClass {
  readonly brief_description?: string;
  readonly description?: string;
}

/** The description of a member; none of what has no words. */
export interface Described {
  readonly description?: string;
}

/** Finds the words about classes, or none where none are wanted. */
export class Narrator {
  readonly #words: Words;
  readonly #withoutClasses: readonly string[];

  /** `withoutClasses` are classes whose members were moved into the classes below them. */
  constructor(words: Words, withoutClasses: readonly string[] = []) {
    this.#words = words;
    this.#withoutClasses = withoutClasses;
  }

  aboutClass({ name }: ClassInfo): DescribedClass {
    const words = this.#words[name];
    return words === undefined ? {} : { brief_description: words.brief, description: words.text };
  }

  /** As in the engine, a property's getter and setter have no words: these are the property's. */
  aboutMember({ name: owner }: ClassInfo, name: string): Described {
    const owners = [owner, ...this.#withoutClasses];
    const text = owners.map((one) => this.#words[one]?.members[name]).find((found) => found !== undefined);
    return text === undefined ? {} : { description: text };
  }
}

/** Describes nothing. */
export const SILENT = new Narrator({});
