import { describe, expect, it } from 'vitest';
import { courseChart, effectChart, qualityChart } from '../../../dist/report/charts/index.js';

// What a title may claim where the largest difference on average is not the one that is shown.

const units = ['1', '2', '3'];
const before = [0.4, 0.4, 0.4];
const wide = (by: number) => [0.4 + 4 * by, 0.4 - by, 0.4];
const sure = (by: number) => [0.4 + by, 0.4 + 1.01 * by, 0.4 + 0.99 * by];

describe('the title of a figure', () => {
  it('tells a loss that is shown, though a larger one on average is not', () => {
    const rows = [
      { victim: 'v', metric: 'Recall@10', attack: 'copied', before, after: wide(-0.05) },
      { victim: 'v', metric: 'Recall@10', attack: 'learned', before, after: sure(-0.01) },
    ];
    expect(qualityChart(rows, { units }).title).toMatch(
      /^1 of 2 comparisons shows, each on its own, a loss for real users, the largest under the learned attack on v: .*\(-1\.00 points;/,
    );
    expect(qualityChart(rows.slice(0, 1), { units }).title).toMatch(/^No loss for real users could be shown/);
    expect(qualityChart(rows.slice(1), { units }).title).toMatch(
      /^Real users lost most under the learned attack/,
    );
  });

  it('tells a rise that is shown, though a larger one on average is not', () => {
    const clean = { victim: 'v', attack: 'clean', values: before };
    const rows = [
      { victim: 'v', attack: 'random', values: wide(0.05) },
      { victim: 'v', attack: 'learned', values: sure(0.01) },
    ];
    const options = { metric: 'HR@10', units };
    expect(effectChart([clean, ...rows], options).title).toMatch(
      /^1 of 2 comparisons with the clean run shows, each on its own, a rise of HR@10, the largest under the learned attack on v, from 40\.00 %/,
    );
    expect(effectChart([clean, rows[0]], options).title).toMatch(/^No rise of HR@10 could be shown/);
  });

  it('gives two losses in digits that tell them apart', () => {
    const rows = [125_187, 124_887].map((adversarialLoss, step) => ({
      attack: 'learned',
      unit: 'seed 1',
      step,
      adversarialLoss,
      hitRatio: 0.1,
      kept: false,
    }));
    expect(courseChart(rows, { metric: 'HR@10' }).title).toContain('fell from 125,200 to 124,900');
    const small = rows.map((row, n) => ({ ...row, adversarialLoss: 0.5 - 0.01 * n }));
    expect(courseChart(small, { metric: 'HR@10' }).title).toContain('fell from 0.5 to 0.49');
  });
});
