// Import of ws; its WebSocket can't be made without connecting.
import { require } from '../lib/manifest.mjs';

require('ws');
