// Kinds of contestants, by their names.

/** Whether a contestant is this package. */
export const isOwn = (name) => name.startsWith('websocketpeer') || name.startsWith('OPEN') || name === 'CLOSED';
/** Whether it is the limit of what is possible instead of a contestant. */
export const isLimit = (name) => name.startsWith('net') || name === 'empty module';
