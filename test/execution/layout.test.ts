import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chooseLayout } from '../../dist/execution/layout.js';

describe('chooseLayout', () => {
  it('gives many small tasks one thread each, and a large task all cores', () => {
    expect(chooseLayout({ tasks: 12, largestTask: 1e9, cores: 4 })).toEqual({ jobs: 4, threads: 1 });
    expect(chooseLayout({ tasks: 12, largestTask: 1e13, cores: 4 })).toEqual({ jobs: 1, threads: 4 });
    expect(chooseLayout({ tasks: 1, largestTask: 1e9, cores: 4 })).toEqual({ jobs: 1, threads: 4 });
  });

  it('keeps what is given and fits the other to the cores', () => {
    const large = { tasks: 12, largestTask: 1e13, cores: 8 };
    expect(chooseLayout({ ...large, jobs: 3 })).toEqual({ jobs: 3, threads: 2 });
    expect(chooseLayout({ ...large, threads: 4 })).toEqual({ jobs: 2, threads: 4 });
    expect(chooseLayout({ ...large, jobs: 2, threads: 7 })).toEqual({ jobs: 2, threads: 7 });
  });

  it('never takes more threads than cores by itself', () => {
    const count = fc.integer({ min: 1, max: 64 });
    const maybe = fc.option(count, { nil: undefined });
    fc.assert(
      fc.property(count, count, maybe, maybe, (tasks, cores, jobs, threads) => {
        fc.pre(jobs === undefined || threads === undefined);
        fc.pre((jobs ?? 1) <= cores && (threads ?? 1) <= cores);
        const layout = chooseLayout({ tasks, largestTask: 1e9, cores, jobs, threads });
        expect(layout.jobs * layout.threads).toBeLessThanOrEqual(cores);
        expect(layout.jobs).toBeGreaterThanOrEqual(1);
        expect(layout.threads).toBeGreaterThanOrEqual(1);
      }),
    );
  });
});
