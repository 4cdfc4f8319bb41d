// A client of this package that plays the cases: node ours-client.mjs BASE KIND.
import * as godot4 from 'websocketpeer';
import * as godot3 from 'websocketpeer/godot3';
import { dialer, dialer3, runCases } from './echo.mjs';

const [base, kind] = process.argv.slice(2);
godot4.set_error_handler(null);
await runCases(kind === 'godot3' ? dialer3(godot3) : dialer(godot4), base, 'client');
