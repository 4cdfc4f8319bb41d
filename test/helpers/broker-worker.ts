// A worker of node:cluster with a ClusterBroker that a test drives by the program's own messages.
import { set_error_handler } from '../../host/binding/error-handler.js';
import type { Answer } from '../../host/cluster/broker.js';
import { ClusterBroker } from '../../host/cluster/cluster-broker.js';
import { bytesOf, type FromWorker, type ToWorker, textOf } from './remote-broker-messages.js';

set_error_handler(null); // the tests look at those of the test's process

const say = (message: FromWorker): void => void process.send?.(message);

const broker = new ClusterBroker();
const endings = new Map<number, () => void>();
const answers = new Map<number, (bytes: Uint8Array) => void>();
let lastAnswer = 0;

/** Listeners of the program that see messages of the broker are a fault. */
let strange = 0;

async function directoryCall(name: string, args: readonly never[]): Promise<unknown> {
  const call = broker.directory[name as 'get'] as (...args: readonly never[]) => Promise<unknown>;
  const value = await call.apply(broker.directory, args as never);
  return value instanceof Map ? { list: [...value] } : { value };
}

const answerText = (answer: Answer): string => (typeof answer === 'string' ? answer : `=${textOf(answer)}`);

function subscribe(id: number, subject: string): void {
  const end = broker.subscribe(subject, (bytes, answer) => {
    lastAnswer += 1;
    if (answer !== null) answers.set(lastAnswer, answer);
    say({ is: 'message', id, bytes: textOf(bytes), answer: answer === null ? 0 : lastAnswer });
  });
  endings.set(id, end);
}

const later = (id: number, work: Promise<unknown>): void =>
  void work.then(
    (value) => say({ is: 'done', id, value }),
    (error: Error) => say({ is: 'failed', id, name: error.name, message: error.message }),
  );

process.on('message', (message: ToWorker) => {
  if (message.to === 'publish') broker.publish(message.subject, bytesOf(message.bytes));
  else if (message.to === 'subscribe') subscribe(message.id, message.subject);
  else if (message.to === 'unsubscribe') endings.get(message.id)?.();
  else if (message.to === 'answer') answers.get(message.id)?.(bytesOf(message.bytes));
  else if (message.to === 'request')
    later(message.id, broker.request(message.subject, bytesOf(message.bytes), message.timeout).then(answerText));
  else if (message.to === 'directory') later(message.id, directoryCall(message.name, message.args));
  else if (message.to === 'close') later(message.id, broker.close());
  else if (message.to === 'strange') say({ is: 'done', id: message.id, value: strange });
  else strange += 1;
});

broker.watch_status((status) => say({ is: 'status', status }));
say({ is: 'status', status: broker.status });
