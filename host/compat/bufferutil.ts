// `websocketpeer/bufferutil`: a drop-in replacement for the native add-on `bufferutil`.
import { mask, unmask } from './add-ons.js';

export { mask, unmask };
/** Both functions, as `import bufferutil from 'bufferutil'` has them. */
export default { mask, unmask };
