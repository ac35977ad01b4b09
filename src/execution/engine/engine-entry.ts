/** Where an engine's worker starts: how its modules are read is settled before the first of them is. */

import '../module-files.js';

await import('./engine-worker.js');
