// Godot's global Error enum and the text of each value.

/** Result of a call: OK, FAILED or one of the ERR_ constants below. */
export type GodotError = number;

export const OK = 0;
export const FAILED = 1;
export const ERR_UNAVAILABLE = 2;
export const ERR_UNCONFIGURED = 3;
export const ERR_UNAUTHORIZED = 4;
export const ERR_PARAMETER_RANGE_ERROR = 5;
export const ERR_OUT_OF_MEMORY = 6;
export const ERR_FILE_NOT_FOUND = 7;
export const ERR_FILE_BAD_DRIVE = 8;
export const ERR_FILE_BAD_PATH = 9;
export const ERR_FILE_NO_PERMISSION = 10;
export const ERR_FILE_ALREADY_IN_USE = 11;
export const ERR_FILE_CANT_OPEN = 12;
export const ERR_FILE_CANT_WRITE = 13;
export const ERR_FILE_CANT_READ = 14;
export const ERR_FILE_UNRECOGNIZED = 15;
export const ERR_FILE_CORRUPT = 16;
export const ERR_FILE_MISSING_DEPENDENCIES = 17;
export const ERR_FILE_EOF = 18;
export const ERR_CANT_OPEN = 19;
export const ERR_CANT_CREATE = 20;
export const ERR_QUERY_FAILED = 21;
export const ERR_ALREADY_IN_USE = 22;
export const ERR_LOCKED = 23;
export const ERR_TIMEOUT = 24;
export const ERR_CANT_CONNECT = 25;
export const ERR_CANT_RESOLVE = 26;
export const ERR_CONNECTION_ERROR = 27;
export const ERR_CANT_ACQUIRE_RESOURCE = 28;
export const ERR_CANT_FORK = 29;
export const ERR_INVALID_DATA = 30;
export const ERR_INVALID_PARAMETER = 31;
export const ERR_ALREADY_EXISTS = 32;
export const ERR_DOES_NOT_EXIST = 33;
export const ERR_DATABASE_CANT_READ = 34;
export const ERR_DATABASE_CANT_WRITE = 35;
export const ERR_COMPILATION_FAILED = 36;
export const ERR_METHOD_NOT_FOUND = 37;
export const ERR_LINK_FAILED = 38;
export const ERR_SCRIPT_FAILED = 39;
export const ERR_CYCLIC_LINK = 40;
export const ERR_INVALID_DECLARATION = 41;
export const ERR_DUPLICATE_SYMBOL = 42;
export const ERR_PARSE_ERROR = 43;
export const ERR_BUSY = 44;
export const ERR_SKIP = 45;
export const ERR_HELP = 46;
export const ERR_BUG = 47;
export const ERR_PRINTER_ON_FIRE = 48;

/** Text that error_string() returns for each value, in order. */
const TEXTS: readonly string[] = [
  'OK',
  'Failed',
  'Unavailable',
  'Unconfigured',
  'Unauthorized',
  'Parameter out of range',
  'Out of memory',
  'File not found',
  'File: Bad drive',
  'File: Bad path',
  'File: Permission denied',
  'File already in use',
  "Can't open file",
  "Can't write file",
  "Can't read file",
  'File unrecognized',
  'File corrupt',
  'Missing dependencies for file',
  'End of file',
  "Can't open",
  "Can't create",
  'Query failed',
  'Already in use',
  'Locked',
  'Timeout',
  "Can't connect",
  "Can't resolve",
  'Connection error',
  "Can't acquire resource",
  "Can't fork",
  'Invalid data',
  'Invalid parameter',
  'Already exists',
  'Does not exist',
  "Can't read database",
  "Can't write database",
  'Compilation failed',
  'Method not found',
  'Link failed',
  'Script failed',
  'Cyclic link detected',
  'Invalid declaration',
  'Duplicate symbol',
  'Parse error',
  'Busy',
  'Skip',
  'Help',
  'Bug',
  'Printer on fire',
];

/** Returns a short text for `error`, as Godot's `error_string` does. */
export function error_string(error: GodotError): string {
  return TEXTS[error] ?? '(invalid error code)';
}
