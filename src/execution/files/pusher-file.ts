/** `pushers.csv`: every user who pushes an item, in the owner's ids. */

import { csvFormatRows } from 'd3-dsv';
import { byPush, type Found, pusherRows } from '../../explain/index.js';
import { writeAtomic } from './atomic-file.js';

/**
 * One row a user with a positive push, the largest first: `user,push,share,clicks,clicked_item`, and `suspect` where some were named.
 *
 * @throws RecauditError('storage')
 */
export function writePushers(path: string, found: Omit<Found, 'proof' | 'shown'>): void {
  const { pushes } = found.result;
  const users = byPush(pushes).filter((user) => pushes[user] > 0);
  const named = found.suspects !== null;
  const rows = pusherRows(found, users).map(({ user, push, share, clicks, clickedItem, suspect }) => [
    user,
    String(push),
    String(share),
    String(clicks),
    clickedItem ? '1' : '0',
    ...(named ? [suspect ? '1' : '0'] : []),
  ]);
  const head = ['user', 'push', 'share', 'clicks', 'clicked_item', ...(named ? ['suspect'] : [])];
  writeAtomic(path, `${csvFormatRows([head, ...rows])}\n`);
}
