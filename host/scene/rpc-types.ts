// Types by which calls of methods are checked.

/** Names of the methods of a node. */
export type MethodName<N> = { [K in keyof N]: N[K] extends (...args: never[]) => unknown ? K : never }[keyof N] &
  string;

/** Arguments of the method `M` of a node. */
export type ArgumentsOf<N, M extends keyof N> = N[M] extends (...args: infer A) => unknown ? A : never;

/** What has this method: for calls by `this`, whose type is open inside of its class. */
export type Having<M extends string, A extends unknown[]> = { [K in M]: (...args: A) => unknown };
