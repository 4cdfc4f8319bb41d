// A byte stream that was never connected, for use where there is none.
import { type ByteStream, StreamPhase, type StreamSink } from './byte-stream.js';

export const CLOSED_STREAM: ByteStream = Object.freeze({
  phase: StreamPhase.CLOSED,
  error: null,
  remoteAddress: '',
  remotePort: 0,
  localPort: 0,
  secure: false,
  attach: (sink: StreamSink) => sink.phaseChanged(),
  unread: () => {},
  pause: () => {},
  resume: () => {},
  write: () => true,
  finish: () => {},
  destroy: () => {},
  setNoDelay: () => {},
});
