import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  chooseLayout,
  type Layout,
  largestTogether,
  mayStart,
  oneByOne,
  type Running,
  shareCores,
  type TaskDemand,
} from '../../../dist/execution/engine/layout.js';

const small: TaskDemand = { operations: 1e9, bytes: 1e8, fixed: false };
const large: TaskDemand = { operations: 1e13, bytes: 1e9, fixed: false };
const command: TaskDemand = { ...small, fixed: true };
const runs = (demand: TaskDemand, threads = 0): Running => ({ demand, threads });

/** How many of the same task run side by side. */
function sideBySide(demand: TaskDemand, layout: Layout, memory = Number.POSITIVE_INFINITY): number {
  const running: Running[] = [];
  while (running.length < 100 && mayStart(demand, running, layout, memory)) running.push(runs(demand));
  return running.length;
}

describe('chooseLayout', () => {
  it('runs small tasks side by side, and large ones with several cores', () => {
    const layout = chooseLayout({ cores: 8 });
    expect(sideBySide(small, layout)).toBe(8);
    expect(sideBySide(large, layout)).toBe(2);
    expect(sideBySide(small, chooseLayout({ cores: 2 }))).toBe(2);
    expect(sideBySide(large, chooseLayout({ cores: 2 }))).toBe(1);
  });

  it('keeps what is given', () => {
    expect(sideBySide(large, chooseLayout({ cores: 8, jobs: 3 }))).toBe(3);
    expect(sideBySide(large, chooseLayout({ cores: 2, jobs: 5 }))).toBe(5);
    const threads = chooseLayout({ cores: 8, threads: 3 });
    expect(sideBySide(large, threads)).toBe(2);
    expect(shareCores([runs(large)], threads)).toEqual([3]);
    const both = chooseLayout({ cores: 8, jobs: 2, threads: 7 });
    expect(shareCores([runs(large), runs(small)], both)).toEqual([7, 7]);
    expect(sideBySide(small, oneByOne(4))).toBe(1);
    expect(shareCores([runs(small)], oneByOne(4))).toEqual([4]);
  });
});

describe('mayStart', () => {
  it('holds a task back while there is no memory for it beside the others, unless it is alone', () => {
    const layout = chooseLayout({ cores: 8 });
    expect(sideBySide(small, layout, 3.5e8)).toBe(3);
    expect(sideBySide(small, layout, 1)).toBe(1);
  });

  it('starts a large task beside a small one, and nothing beside a large one that keeps all cores', () => {
    const layout = chooseLayout({ cores: 2 });
    const memory = Number.POSITIVE_INFINITY;
    expect(mayStart(large, [runs(small)], layout, memory)).toBe(true);
    expect(mayStart(small, [runs(large)], layout, memory)).toBe(false);
  });
});

describe('shareCores', () => {
  const layout = chooseLayout({ cores: 8 });

  it('gives each a core and the rest to the large ones', () => {
    expect(shareCores([runs(small), runs(large), runs(small)], layout)).toEqual([1, 6, 1]);
    expect(shareCores([runs(large), runs(large), runs(large)], layout)).toEqual([3, 3, 2]);
    expect(shareCores([runs(small)], layout)).toEqual([8]);
    expect(shareCores([], layout)).toEqual([]);
  });

  it('leaves a command the threads that it was started with', () => {
    expect(shareCores([runs(command), runs(command)], layout)).toEqual([4, 4]);
    expect(shareCores([runs(command, 4)], layout)).toEqual([4]);
    expect(shareCores([runs(command, 4), runs(small)], layout)).toEqual([4, 4]);
    expect(mayStart(small, [runs(command, 8)], layout, 1e12)).toBe(false);
  });

  it('uses all cores and never more, whatever runs, unless both numbers were given', () => {
    const count = fc.integer({ min: 1, max: 64 });
    const maybe = fc.option(count, { nil: undefined });
    const demand = fc.record({
      operations: fc.double({ min: 1, max: 1e15, noNaN: true }),
      bytes: fc.integer({ min: 0, max: 1e9 }),
      fixed: fc.boolean(),
    });
    fc.assert(
      fc.property(count, maybe, maybe, fc.array(demand, { maxLength: 30 }), (cores, jobs, threads, queue) => {
        fc.pre(jobs === undefined || threads === undefined);
        fc.pre((jobs ?? 1) <= cores && (threads ?? 1) <= cores);
        const layout = chooseLayout({ cores, jobs, threads });
        let running: Running[] = [];
        // Tasks start as they may; after each round the first one ends.
        for (const waiting = [...queue]; waiting.length > 0 || running.length > 0; running.shift()) {
          while (waiting.length > 0 && mayStart(waiting[0], running, layout, 4e9))
            running.push(runs(waiting.shift() as TaskDemand));
          const shares = shareCores(running, layout);
          const sum = shares.reduce((total, share) => total + share, 0);
          expect(Math.min(...shares)).toBeGreaterThanOrEqual(1);
          expect(sum).toBeLessThanOrEqual(cores);
          const elastic = running.filter(
            (task, index) => !(task.demand.fixed && task.threads > 0) && shares[index] < layout.threads,
          );
          if (elastic.length > 0) expect(sum).toBe(layout.cores);
          running = running.map(({ demand: one }, index) => runs(one, shares[index]));
        }
      }),
    );
  });
});

describe('largestTogether', () => {
  it('says what runs side by side at most, and its memory', () => {
    const layout = chooseLayout({ cores: 4 });
    const alike = Array.from({ length: 9 }, () => small);
    expect(largestTogether(alike, layout, 1e12)).toEqual({ tasks: 4, threads: 1, bytes: 4e8 });
    expect(largestTogether([small, large], layout, 1e12)).toEqual({ tasks: 1, threads: 4, bytes: 1e9 });
    expect(largestTogether([], layout, 1e12)).toEqual({ tasks: 1, threads: 4, bytes: 0 });
  });
});
