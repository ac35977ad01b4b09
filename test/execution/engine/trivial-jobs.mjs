// Jobs that compute nothing of interest, to test the engine, the pool and the store by themselves.
import { appendFileSync, existsSync, writeFileSync } from 'node:fs';
import { interrupted, RecauditError } from '../../../dist/errors.js';
import { SLEEPERS } from '../../../dist/kernels/wasm/layout.js';

const pause = (ms) => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);

export const jobs = {
  // The sum of its own value and of the results it needs; notes that it ran.
  async add({ payload, inputs }) {
    if (payload.log) appendFileSync(payload.log, `${payload.value}\n`);
    return { sum: Object.values(inputs).reduce((sum, input) => sum + input.sum, payload.value) };
  },
  async shared(_input, { shared }) {
    return { first: shared.values[0], isShared: shared.values.buffer instanceof SharedArrayBuffer };
  },
  async fail({ payload }) {
    throw payload.internal
      ? new TypeError('boom')
      : new RecauditError('numeric', 'loss: expected finite, got NaN. Do X');
  },
  async nan() {
    return { loss: Number.NaN };
  },
  async die() {
    process.exit(9);
  },
  // Blocks its thread throughout, as kernels do, and resumes from its checkpoint.
  async slow({ payload }, { checkpoint, signal, onProgress }) {
    const saved = checkpoint.load() ?? { steps: [] };
    for (let step = saved.steps.length; step < payload.steps; step++) {
      pause(payload.ms);
      saved.steps.push(step * step);
      if (payload.log) appendFileSync(payload.log, `${step}\n`);
      checkpoint.save(saved);
      onProgress({ phase: 'outer step', done: step + 1, total: payload.steps });
      if (signal.aborted) throw interrupted('slow');
    }
    return saved;
  },
  // The first run dies between two steps; the second finds the checkpoint.
  async dieOnce({ payload }, { checkpoint }) {
    if (!existsSync(payload.marker)) {
      checkpoint.save({ reached: 3 });
      writeFileSync(payload.marker, '');
      process.exit(9);
    }
    return { resumedFrom: checkpoint.load()?.reached ?? null };
  },
  async threads({ payload }, { threads }) {
    pause(payload.ms);
    return { threads };
  },
  // Sums on its thread without a break until helper threads have joined it; notes when they were seen asleep.
  async watchTeam({ payload }, { threads, kernels }) {
    const compute = await kernels();
    const x = compute.allocate(200_000);
    const control = new Int32Array(x.buffer, 0, 2048);
    const helpersSeen = [0];
    const sums = [];
    const patience = performance.now() + 30_000;
    while (helpersSeen.at(-1) < payload.until - 1 && performance.now() < patience) {
      compute.fill(x, 0.1);
      sums.push(compute.sum(x));
      const asleep = Atomics.load(control, SLEEPERS >> 2);
      if (asleep !== helpersSeen.at(-1)) helpersSeen.push(asleep);
      pause(5);
    }
    compute.release(x);
    return { atStart: threads, helpersSeen, sums };
  },
};
