// Nodes of classes that TypeScript does not know, as those of modules that a test makes.
import type { Node } from '../../host/scene/index.js';

/** A node whose callable methods have any names. */
export type AnyNode = Omit<Node, 'rpc' | 'rpc_id'> & {
  [property: string]: unknown;
  name: string;
  rpc(method: string, ...args: unknown[]): number;
  rpc_id(peer_id: number, method: string, ...args: unknown[]): number;
};

export const anyNode = (node: Node | null | undefined): AnyNode => node as unknown as AnyNode;
