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
