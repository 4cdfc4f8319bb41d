// The API suite in a page, over a simulated WebSocket of a browser, and in a worker that uses it.
import { vi } from 'vitest';
import { testColumn } from '../api/column-tests.js';
import { inPage, inWorkerOfPage } from '../api/page-columns.js';
import type { Column } from '../api/play.js';
import { ScriptedSocket } from '../api/scripted-socket.js';

const ORIGIN = 'ws://127.0.0.1:9080';

function played(column: (origin: string) => Column) {
  vi.stubGlobal('WebSocket', ScriptedSocket);
  return { column: column(ORIGIN), close: () => vi.unstubAllGlobals() };
}

testColumn('page', () => played(inPage));
testColumn('worker of a page', () => played(inWorkerOfPage));
