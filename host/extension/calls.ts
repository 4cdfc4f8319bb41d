// Calls from a host into the classes, with checked and completed arguments; errors are returned as codes, never thrown.
import type { GodotClass } from '../binding/class-db.js';
import type { MethodInfo } from '../binding/class-info.js';
import type { MethodDictionary } from '../binding/descriptions.js';
import { arityOf } from '../binding/lineage.js';
import { GodotObject } from '../binding/object.js';
import { textOfThrown } from '../binding/thrown.js';
import { converted, UNFIT } from './arguments.js';
import { type CallError, CallErrorType, type CallResult } from './interface.js';

/** Reports an exception of a class: its message, and the function that threw. */
export type Report = (description: string, functionName: string) => void;

type Methods = Record<string, ((...args: unknown[]) => unknown) | undefined>;
type Call = (instance: object | null, args?: readonly unknown[]) => CallResult;

const NO_ERROR: CallError = { error: CallErrorType.CALL_OK, argument: 0, expected: 0 };

/** Returns the result of `body`; when it throws, reports that and returns `fallback`. */
export function guarded<T>(functionName: string, report: Report, fallback: T, body: () => T): T {
  try {
    return body();
  } catch (error) {
    report(`${functionName}: ${textOfThrown(error)}`, functionName);
    return fallback;
  }
}

/** The function that calls `method` of `type`. */
export function callOf(method: MethodInfo, dictionary: MethodDictionary, type: GodotClass, report: Report): Call {
  const { least, most } = arityOf(method);
  return (instance, args = []) => {
    const target = (method.isStatic ? type : instance) as Methods;
    if (!method.isStatic) {
      if (!(instance instanceof GodotObject)) return failed(CallErrorType.CALL_ERROR_INSTANCE_IS_NULL);
      if (!(instance instanceof type)) return failed(CallErrorType.CALL_ERROR_INVALID_METHOD);
    }
    const called = target[method.name];
    if (typeof called !== 'function') return failed(CallErrorType.CALL_ERROR_INVALID_METHOD);
    if (args.length > most) return failed(CallErrorType.CALL_ERROR_TOO_MANY_ARGUMENTS, most);
    if (args.length < least) return failed(CallErrorType.CALL_ERROR_TOO_FEW_ARGUMENTS, least);
    const given: unknown[] = [];
    for (const [index, value] of args.entries()) {
      const [expected, described] = [dictionary.args[index], method.args[index]];
      const known = expected !== undefined && described !== undefined; // false for a vararg's extra arguments
      const argument = known ? converted(value, expected, described) : value;
      if (argument === UNFIT) return failed(CallErrorType.CALL_ERROR_INVALID_ARGUMENT, index, expected?.type);
      given.push(argument);
    }
    const value = guarded(method.name, report, null, () => called.apply(target, given));
    return { return_value: value ?? null, error: NO_ERROR };
  };
}

function failed(error: number, argument = 0, expected = 0): CallResult {
  return { return_value: null, error: { error, argument, expected } };
}
