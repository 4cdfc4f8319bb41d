// Calls of a host into the classes: arguments checked and completed, errors as codes, nothing thrown.
import type { MethodInfo } from '../binding/class-info.js';
import { arityOf, type MethodDictionary } from '../binding/descriptions.js';
import { GodotObject } from '../binding/object.js';
import { converted, UNFIT } from './arguments.js';
import { type CallError, CallErrorType, type CallResult } from './interface.js';

const NO_ERROR: CallError = { error: CallErrorType.CALL_OK, argument: 0, expected: 0 };

type Methods = Record<string, (...args: unknown[]) => unknown>;

/** What a call of `method` does; `report` hears what it throws. */
export function callOf(
  method: MethodInfo,
  dictionary: MethodDictionary,
  holder: unknown,
  report: (message: string) => void,
): (instance: object | null, args: readonly unknown[]) => CallResult {
  const { least, most } = arityOf(method);
  return (instance, args) => {
    const target = (method.isStatic ? holder : instance) as Methods | null;
    const isFit = method.isStatic || instance instanceof GodotObject;
    if (target === null || !isFit) return failed(CallErrorType.CALL_ERROR_INSTANCE_IS_NULL);
    if (typeof target[method.name] !== 'function') return failed(CallErrorType.CALL_ERROR_INVALID_METHOD);
    if (args.length > most) return failed(CallErrorType.CALL_ERROR_TOO_MANY_ARGUMENTS, most);
    if (args.length < least) return failed(CallErrorType.CALL_ERROR_TOO_FEW_ARGUMENTS, least);
    const given: unknown[] = [];
    for (const [index, value] of args.entries()) {
      const expected = dictionary.args[index];
      const argument = expected === undefined ? value : converted(value, expected, method.args[index]);
      if (argument === UNFIT) return failed(CallErrorType.CALL_ERROR_INVALID_ARGUMENT, index, expected.type);
      given.push(argument);
    }
    try {
      return { return_value: target[method.name](...given) ?? null, error: NO_ERROR };
    } catch (error) {
      report(`${method.name}: ${error instanceof Error ? error.message : String(error)}`);
      return { return_value: null, error: NO_ERROR };
    }
  };
}

function failed(error: number, argument = 0, expected = 0): CallResult {
  return { return_value: null, error: { error, argument, expected } };
}
