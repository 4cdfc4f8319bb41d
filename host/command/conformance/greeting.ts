// The look at a server before the cases: does it echo, and how much does it say of itself?
import { type Case, TEXT } from './case.js';
import { CaseRun, type Terms } from './case-run.js';

/** A message, an echo of which may come behind a greeting. */
export class Greeting {
  readonly run: CaseRun;
  readonly #payload: string;

  constructor(payload: string, terms: Terms) {
    this.#payload = payload;
    const test: Case = {
      id: 'probe',
      title: 'does it echo?',
      section: '',
      send: [{ opcode: TEXT, payload }],
      untilText: payload,
    };
    this.run = new CaseRun(test, terms);
  }

  /** Why there is no connection; '' when there was one. */
  get refusal(): string {
    return this.run.wasOpen ? '' : this.run.judgement.note;
  }

  get found(): { readonly echoes: boolean; readonly greetings: number } {
    const { messages } = this.run;
    const at = messages.findIndex(({ bytes }) => bytes.toString() === this.#payload);
    return { echoes: at >= 0, greetings: at >= 0 ? at : messages.length };
  }
}
