// Replays the Adam steps in which a row had no gradient: the closed form of assembly/replay.ts, where its arguments are too.
// A lane where the closed form is in doubt goes step by step, whatever lanes are beside it.

#pragma once

#include "rows.h"

namespace {

/** One step of the schedule (src/kernels/replay-schedule.ts). */
struct ReplayStep {
  /** sums of a, a e and a e^2 from this step on */
  double sum, mean, square;
  /** b1^t; b2^t; lr h / (1 - b1^t); eps h */
  double power1, power2, rate, epsilon;
};
static_assert(sizeof(ReplayStep) == REPLAY_RECORD, "as the schedule lies in memory");

/** What moves one row: A, E, V, 2^26 D and 2 D of assembly/replay.ts, and the moments' decay. */
struct Replay {
  vf sum, mean, variance, tail, spread, decay1, decay2;
  const ReplayStep *schedule;
  int last, steps;
};

INLINE vf narrow(double x) { return splat(static_cast<float>(x)); }

INLINE Replay prepareReplay(const ReplayStep *schedule, int last, int step, int reach) {
  const int skipped = step - last, steps = least(skipped, reach);
  const ReplayStep &from = schedule[last], &to = schedule[last + steps];
  const double b1 = schedule[steps].power1, b2 = schedule[steps].power2, half = std::sqrt(b2);
  const double sum = from.sum - b1 / half * to.sum;
  const double mean = (from.mean - b1 / b2 * to.mean) / sum;
  const double square = (from.square - b1 / (b2 * half) * to.square) / sum;
  const double variance = square - mean * mean;
  const double first = mean - schedule[last + 1].epsilon / std::sqrt(schedule[1].power2);
  const double final = to.epsilon / half - mean;
  const double spread = first > final ? first : final;
  return {narrow(sum), narrow(mean), narrow(variance > 0 ? variance : 0), narrow(spread * 67108864), narrow(2 * spread),
          narrow(schedule[skipped].power1), narrow(schedule[skipped].power2), schedule, last, steps};
}

/** sum_d a_d / (r + e_d), step by step, the smallest first so that rounding does not add up. */
vf stepByStep(const Replay &of, vf r) {
  vf total = {};
  for (int d = of.steps; d > 0; d--) {
    const ReplayStep &at = of.schedule[of.last + d];
    const double half = std::sqrt(of.schedule[d].power2);
    total += narrow(at.rate * of.schedule[d].power1 / half) / (r + narrow(at.epsilon / half));
  }
  return total;
}

INLINE void replayRow(const Job &job, const Replay &of, ptrdiff_t row, int columns) {
  float *parameter = job.floats(0) + row, *first = job.floats(1) + row, *second = job.floats(2) + row;
  for (int i = 0; i < columns; i += LANES) {
    const int lanes = columns - i;
    const vf m = loadSome(first + i, lanes), v = loadSome(second + i, lanes);
    const vf r = root(v);
    const vf x = splat(1) / (r + of.mean);
    const vf y = x * x * of.variance;
    vf sum = madd(x, y, x) * of.sum;
    // The bound of what is left out: below 2^-25 of the sum, and D x <= 1/2, where no lane of this is above 1.
    const vf doubt = keep(~(m == vf{}), largerOf(x * y * of.tail, x * of.spread));
    if (countAbove(doubt, splat(1)) > 0) sum = doubt > splat(1) ? stepByStep(of, r) : sum;
    storeSome(parameter + i, madd(-m, sum, loadSome(parameter + i, lanes)), lanes);
    storeSome(first + i, m * of.decay1, lanes);
    storeSome(second + i, v * of.decay2, lanes);
  }
}

void replayChunk(const Job &job, int chunk) {
  const ptrdiff_t columns = job.word(4);
  const int step = job.word(8), end = least((chunk + 1) * job.word(10), job.word(3));
  const ReplayStep *schedule = job.array<ReplayStep>(7);
  const int32_t *rows = job.indices(5);
  int32_t *lastSteps = job.array<int32_t>(6);
  for (int k = chunk * job.word(10); k < end; k++) {
    fetchAhead(job, rows, k, end, columns);
    const ptrdiff_t row = rows[k];
    const int last = lastSteps[row];
    if (last >= step) continue;
    lastSteps[row] = step;
    // A row that no step has reached has moments 0: it does not move.
    if (last == 0) continue;
    replayRow(job, prepareReplay(schedule, last, step, job.word(9)), row * columns, columns);
    shorten(job.floats(0) + row * columns, columns, job.number(11));
  }
}

} // namespace
