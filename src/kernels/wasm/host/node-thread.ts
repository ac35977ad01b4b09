/** The program of a helper thread in Node. */

import { parentPort, workerData } from 'node:worker_threads';
import type { TeamThreadInput } from '../host.js';
import { serveTeam } from '../team-thread.js';
import { loadAddon } from './node.js';

serveTeam(workerData as TeamThreadInput, loadAddon, () => parentPort?.postMessage('ready'));
