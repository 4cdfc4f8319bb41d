// What the records of links need of a broker: room for the largest one in a message.
import { printError } from '../binding/error-handler.js';
import { HEAD_BYTES, RECORD_BYTES } from './batch.js';
import type { Broker } from './broker.js';
import { FRAGMENT } from './link-flow.js';

/** A record for many: its list of links, and the packet, each as long as a part of a packet at most. */
const LEAST_PAYLOAD = HEAD_BYTES + RECORD_BYTES + 2 * FRAGMENT;

/** Tells of a broker whose messages are too small. */
export function checkPayload({ max_payload }: Pick<Broker, 'max_payload'>, about: object): void {
  if (max_payload < LEAST_PAYLOAD) {
    const needs = `at least ${LEAST_PAYLOAD} are needed, or connections end with their first large packet`;
    printError(`the broker carries ${max_payload} bytes in a message (max_payload): ${needs}`, about);
  }
}
