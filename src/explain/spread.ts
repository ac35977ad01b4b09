/** How a push is spread over users: who pushes most, how many make half of it, what share some users give. */

/** Users by falling push, ties to the lower index. */
export function byPush(pushes: ArrayLike<number>): Int32Array {
  return Int32Array.from({ length: pushes.length }, (_, user) => user).sort(
    (a, b) => pushes[b] - pushes[a] || a - b,
  );
}

/** Sum of the positive pushes. */
export function positivePush(pushes: ArrayLike<number>): number {
  let sum = 0;
  for (let user = 0; user < pushes.length; user++) sum += Math.max(0, pushes[user]);
  return sum;
}

/** Fewest users whose pushes sum to half of the positive push; 0 where nobody pushes. */
export function halfOf(pushes: ArrayLike<number>, order: Int32Array = byPush(pushes)): number {
  const half = positivePush(pushes) / 2;
  if (half === 0) return 0;
  let sum = 0;
  for (let n = 0; n < order.length; n++) {
    sum += pushes[order[n]];
    if (sum >= half) return n + 1;
  }
  return order.length;
}

/** Share of the positive push that the users give; 0 where nobody pushes. */
export function shareOf(pushes: ArrayLike<number>, users: readonly number[]): number {
  const total = positivePush(pushes);
  if (total === 0) return 0;
  return users.reduce((sum, user) => sum + Math.max(0, pushes[user]), 0) / total;
}

/** The largest pushers: users with a positive push, ascending by index. */
export function largestPushers(pushes: ArrayLike<number>, count: number): number[] {
  return Array.from(byPush(pushes).slice(0, count))
    .filter((user) => pushes[user] > 0)
    .sort((a, b) => a - b);
}

/** Numbers of users at which the share of the push is told. */
export const CURVE_AT: readonly number[] = [0, 1, 2, 3, 4]
  .flatMap((power) => [1, 2, 3, 5, 7].map((digit) => digit * 10 ** power))
  .concat(100_000);

/**
 * Share of the positive push that the largest pushers give, for each number of `CURVE_AT` up to the first that has all who push; nothing
 * where nobody pushes.
 *
 * @example curveOf([3, 1, 0, -2]) // [0.75, 1]
 */
export function curveOf(pushes: ArrayLike<number>, order: Int32Array = byPush(pushes)): number[] {
  const total = positivePush(pushes);
  const curve: number[] = [];
  let [sum, taken] = [0, 0];
  for (const users of CURVE_AT) {
    if (total === 0 || (taken > 0 && (taken >= order.length || !(pushes[order[taken]] > 0)))) break;
    for (; taken < Math.min(users, order.length); taken++) sum += Math.max(0, pushes[order[taken]]);
    curve.push(Math.min(1, sum / total));
  }
  return curve;
}
