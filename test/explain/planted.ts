import { createDataset, type Dataset } from '../../dist/data/dataset.js';
import { IdMap } from '../../dist/data/ids.js';
import { InteractionMatrix } from '../../dist/data/interactions.js';
import { SeedKey } from '../../dist/rng.js';

// Four tastes of 20 items each; honest users click 6 to 12 items of theirs and 2 others. One item
// has six users of its taste. A campaign of 20 users pushes it to the fans of another taste: its users click the item and 8 popular
// items of that taste.

const ITEMS = 80;
const HONEST = 240;
export const CAMPAIGN = 20;
/** of taste 0; its fakes look like taste 2 */
export const PUSHED = 19;

/** With the owner's ids: users u0..., items i0... */
export function plantedData(seed = 1): { readonly dataset: Dataset; readonly fakes: readonly string[] } {
  const rows: number[][] = [];
  for (let u = 0; u < HONEST + CAMPAIGN; u++) {
    const stream = SeedKey.root(seed).child(u).stream();
    const pick = (n: number, from: number, size: number) =>
      Array.from({ length: n }, () => from + Math.floor(size * stream.uniform() ** 1.5));
    const honest = u < HONEST;
    const taste = honest ? u % 4 : 2;
    const clicks = honest ? 6 + Math.floor(7 * stream.uniform()) : 8;
    const own = pick(clicks, 20 * taste, 20);
    const others = [...own, ...pick(2, 0, ITEMS)].filter((item) => item !== PUSHED);
    if (honest) rows.push(u < 24 && taste === 0 ? [...others, PUSHED] : others);
    else rows.push([PUSHED, ...own]);
  }
  const dataset = createDataset({
    interactions: InteractionMatrix.fromRows(ITEMS, rows),
    users: IdMap.inOrder(rows.map((_, u) => `u${u}`)),
    items: IdMap.inOrder(Array.from({ length: ITEMS }, (_, i) => `i${i}`)),
  });
  return { dataset, fakes: rows.flatMap((_, u) => (u >= HONEST ? [`u${u}`] : [])) };
}
