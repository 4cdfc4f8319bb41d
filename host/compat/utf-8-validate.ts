// `websocketpeer/utf-8-validate`: a drop-in replacement for the native add-on `utf-8-validate`.
export { isValidUTF8 as default } from './add-ons.js';
