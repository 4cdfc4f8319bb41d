// Messages between a test and the worker whose broker it drives.
import type { BrokerStatus } from '../../host/cluster/broker.js';

export type ToWorker =
  | { readonly to: 'publish'; readonly subject: string; readonly bytes: string }
  | { readonly to: 'subscribe'; readonly id: number; readonly subject: string }
  | { readonly to: 'unsubscribe'; readonly id: number }
  | { readonly to: 'answer'; readonly id: number; readonly bytes: string }
  | {
      readonly to: 'request';
      readonly id: number;
      readonly subject: string;
      readonly bytes: string;
      readonly timeout: number;
    }
  | { readonly to: 'directory'; readonly id: number; readonly name: string; readonly args: readonly never[] }
  | { readonly to: 'close' | 'strange'; readonly id: number };

export type FromWorker =
  | { readonly is: 'status'; readonly status: BrokerStatus }
  | { readonly is: 'message'; readonly id: number; readonly bytes: string; readonly answer: number }
  | { readonly is: 'done'; readonly id: number; readonly value: unknown }
  | { readonly is: 'failed'; readonly id: number; readonly name: string; readonly message: string };

export const textOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');
export const bytesOf = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'base64'));
