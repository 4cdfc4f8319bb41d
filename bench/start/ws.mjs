// Import of ws; its WebSocket can't be constructed without connecting.
import { require } from '../lib/manifest.mjs';

require('ws');
