/** The program of a helper thread in a browser: a web worker, told by its first message what it works on. */

import type { TeamThreadInput } from '../host.js';
import { serveTeam } from '../team-thread.js';

/** What the thread says: that it is ready, or that it has ended. */
export type FromThread = 'ready' | 'ended';

const scope = globalThis as unknown as {
  onmessage: ((event: { readonly data: TeamThreadInput }) => void) | null;
  postMessage(message: FromThread): void;
  close(): void;
};

scope.onmessage = ({ data }) => {
  serveTeam(
    data,
    () => null,
    () => scope.postMessage('ready'),
  );
  scope.postMessage('ended');
  scope.close();
};
