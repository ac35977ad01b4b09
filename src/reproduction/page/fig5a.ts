/** Fig. 5a on the page: every attack on every victim, what it gains, what it cost, and what the same cost buys without learning. */

import {
  type BesideRow,
  besideControlsChart,
  effectChart,
  type Figure,
  pagesOf,
  transferChart,
} from '../../report/charts/index.js';
import { count, listed } from '../../text/numbers.js';
import { cellOf } from '../cells.js';
import type { AttackedCell } from '../experiments/attacked.js';
import type { AttackCost, Fig5a } from '../experiments/fig5a.js';
import { GOWALLA_METHODS, RAND_FILTER } from '../methods.js';
import type { Role } from '../runs.js';
import { cellWords, NOT_COMPUTED } from '../words.js';
import { attackName, PAPER_ATTACKS, PAPER_VICTIMS, roleName, victimName } from './labels.js';
import {
  anyOf,
  type Block,
  figureBlock,
  NOTHING_TO_DRAW,
  type Section,
  seedNames,
  tableBlock,
  textBlock,
} from './section.js';

const METRIC = 'HR@50';

function cellAt({ cells }: Fig5a, method: string, role: Role, victim: string): AttackedCell | undefined {
  return cells.find((cell) => cell.method === method && cell.role === role && cell.victim === victim);
}

/** One value a seed of a cell that may not be planned yet. */
function valuesOf(cell: AttackedCell | undefined, seeds: readonly number[]) {
  return cell?.hrAuthors.values ?? seeds.map(() => null);
}

const paged = (id: string, p: number, pages: number) => (pages === 1 ? id : `${id}-${p + 1}`);

function effectFigures(fig: Fig5a, seeds: readonly number[]): Figure[] {
  const arms: (readonly [string, Role])[] = [
    ['clean', 'clean'],
    ...PAPER_ATTACKS.map((method) => [method, 'attack'] as const),
  ];
  const rows = PAPER_VICTIMS.flatMap((victim) =>
    arms.map(([method, role]) => ({
      victim: victimName(victim),
      attack: roleName(method, role),
      values: valuesOf(cellAt(fig, method, role, victim), seeds),
    })),
  );
  const known = rows.filter(({ victim }) =>
    rows.some((row) => row.victim === victim && row.values.some((value) => value !== null)),
  );
  const pages = pagesOf(known);
  return pages.map((page, p) =>
    effectChart(page, {
      metric: METRIC,
      units: seedNames(seeds),
      missing: NOT_COMPUTED,
      ...(pages.length > 1 && { about: listed([...new Set(page.map(({ victim }) => victim))]) }),
      id: paged('fig5a', p, pages.length),
    }),
  );
}

function transferFigure(fig: Fig5a, seeds: readonly number[]): Figure {
  const rows = PAPER_VICTIMS.flatMap((victim) =>
    PAPER_ATTACKS.map((method) => ({
      attack: attackName(method),
      victim: victimName(victim),
      before: valuesOf(cellAt(fig, 'clean', 'clean', victim), seeds),
      after: valuesOf(cellAt(fig, method, 'attack', victim), seeds),
    })),
  );
  const figure = transferChart(rows, { metric: METRIC, units: seedNames(seeds), id: 'fig5a-transfer' });
  return { ...figure, caption: `${figure.caption} A dash: not computed yet.` };
}

const CONTROLS = ['random', 'copied', 'copied-unforced'] as const;

function besideRows(fig: Fig5a, seeds: readonly number[]): BesideRow[] {
  return PAPER_VICTIMS.flatMap((victim) =>
    PAPER_ATTACKS.filter((method) => method !== RAND_FILTER.id).map((method) => ({
      victim: victimName(victim),
      attack: attackName(method),
      clean: valuesOf(cellAt(fig, 'clean', 'clean', victim), seeds),
      arms: [
        { arm: attackName(method), values: valuesOf(cellAt(fig, method, 'attack', victim), seeds) },
        ...CONTROLS.flatMap((role) => {
          const cell = cellAt(fig, method, role, victim);
          return cell === undefined ? [] : [{ arm: role, values: cell.hrAuthors.values }];
        }),
      ],
    })),
  );
}

const mean = (values: BesideRow['clean']) => cellOf(values).mean;

/** Attacks none of whose steps was better than the start on any seed: their profiles are copied users. */
function unlearned({ costs }: Pick<Fig5a, 'costs'>): string[] {
  const steps = (cost: AttackCost) => cost.keptStep.values.filter((step) => step !== null);
  return costs
    .filter((cost) => steps(cost).length > 0 && steps(cost).every((step) => step === 0))
    .map(({ method }) => attackName(method));
}

function besideFinding(all: readonly BesideRow[], idle: readonly string[]): string {
  const rows = all.filter(({ attack }) => !idle.includes(attack));
  const whole = rows.filter(
    ({ arms }) => arms.length > 1 && arms.every(({ values }) => mean(values) !== null),
  );
  const ahead = whole.filter(({ arms: [own, ...controls] }) =>
    controls.every(({ values }) => (mean(own.values) ?? 0) > (mean(values) ?? 0)),
  );
  const about = listed([...new Set(rows.map(({ victim }) => victim))]);
  if (whole.length === 0) return `${about}: no attack has a result beside all of its controls yet.`;
  return `${about}: on ${ahead.length} of ${whole.length} pairs of attack and victim that are computed, learning gave more on average than every control at the same cost${idle.length === 0 ? '' : ` (${listed(idle)}, which kept the start, left out)`}.`;
}

/** With their long caption, two victims are what a printed page holds. */
function twoByTwo(rows: readonly BesideRow[]): BesideRow[][] {
  const victims = [...new Set(rows.map(({ victim }) => victim))];
  return Array.from({ length: Math.ceil(victims.length / 2) }, (_, p) =>
    rows.filter(({ victim }) => victims.slice(2 * p, 2 * p + 2).includes(victim)),
  );
}

function besideFigures(fig: Fig5a, seeds: readonly number[]): Figure[] {
  const known = besideRows(fig, seeds).filter(({ arms }) => arms.some(({ values }) => mean(values) !== null));
  const pages = twoByTwo(known);
  return pages.map((page, p) =>
    besideControlsChart(page, {
      id: paged('fig5a-controls', p, pages.length),
      finding: besideFinding(page, unlearned(fig)),
      caption: `From top to bottom in a row: the attack in its own mark, then controls with the same number of fake users and clicks: random items, profiles copied from real users with the targets forced in, and (where the attack does not force its targets) copied as they are. Numbers: the means in the same order, in per cent; a dash: not computed yet. Bars: 95 % t-interval of the mean over the seeds (${count(seeds.length, 'seed')} planned; none below 3); each seed is in the numbers; dashed line: the clean run.`,
      metric: METRIC,
      units: seedNames(seeds),
    }),
  );
}

// Eight columns beside each other fit on paper with three decimals.
const share = (value: number) => value.toFixed(3);

function matrixTable(fig: Fig5a) {
  return {
    title: 'HR@50 of the head targets (hr-authors)',
    head: ['victim', 'clean', ...PAPER_ATTACKS.map(attackName)],
    rows: PAPER_VICTIMS.map((victim) => [
      victimName(victim),
      cellWords(cellAt(fig, 'clean', 'clean', victim)?.hrAuthors ?? cellOf([]), share),
      ...PAPER_ATTACKS.map((method) =>
        cellWords(cellAt(fig, method, 'attack', victim)?.hrAuthors ?? cellOf([]), share),
      ),
    ]),
  };
}

function recallTable(fig: Fig5a) {
  return {
    title: 'Recall@50 of real users under the attacks',
    head: ['victim', 'clean', ...PAPER_ATTACKS.map(attackName)],
    rows: PAPER_VICTIMS.map((victim) => [
      victimName(victim),
      cellWords(cellAt(fig, 'clean', 'clean', victim)?.recall ?? cellOf([]), share),
      ...PAPER_ATTACKS.map((method) =>
        cellWords(cellAt(fig, method, 'attack', victim)?.recall ?? cellOf([]), share),
      ),
    ]),
  };
}

function costTable(costs: readonly AttackCost[]) {
  const whole = (value: number) => Math.round(value).toLocaleString('en');
  const ordered = PAPER_ATTACKS.flatMap((method) => costs.filter((cost) => cost.method === method));
  return {
    title: 'What the attacks cost',
    head: [
      'attack',
      'clicks of all 131 fake users',
      'outer step whose profiles were kept',
      'seconds of the attack',
    ],
    rows: ordered.map(({ method, clicks, keptStep, seconds }) => [
      attackName(method),
      cellWords(clicks, whole),
      method === RAND_FILTER.id ? 'learns nothing' : cellWords(keptStep, (value) => value.toFixed(0)),
      cellWords(seconds, (value) => value.toFixed(value < 10 ? 1 : 0)),
    ]),
  };
}

export function fig5aSection(fig: Fig5a, seeds: readonly number[]): Section {
  const attacks = fig.cells.filter(({ role }) => role === 'attack').map(({ hrAuthors }) => hrAuthors);
  const there = anyOf(fig.cells.map(({ hrAuthors }) => hrAuthors));
  const figures = [
    ...(there ? effectFigures(fig, seeds) : []),
    ...(anyOf(attacks) ? [transferFigure(fig, seeds)] : []),
    ...(anyOf(attacks) ? besideFigures(fig, seeds) : []),
  ];
  const blocks: Block[] = figures.length === 0 ? [textBlock(NOTHING_TO_DRAW)] : figures.map(figureBlock);
  const idle = unlearned(fig);
  const start =
    idle.length === 0
      ? ''
      : ` ${listed(idle)} kept the start on every seed: no step was better than the copied users that the attack begins with, so that its numbers show what these do.`;
  const sgd = GOWALLA_METHODS.filter(({ surrogate }) => surrogate === 'wrmf').length;
  return {
    experiment: 'fig5a',
    paper:
      'The figure draws bars of HR@50, mean and standard deviation of 4 runs, without numbers but those of Table 2. Its text says: WRMF and ItemAE suffer most where they are surrogate and victim; RandFilter is unstable across victims; WRMF+SGD transfers well to all, WRMF+ALS much worse in most cases; unrolling ItemAE gives no more than its partial derivative; ItemAE(PD) is strong on Mult-VAE; CML is not protected by its other score; ItemCF resists all but WRMF+SGD.',
    here: `131 fake users push five head items together. WRMF+SGD stands here in ${sgd} lengths: τ = 10 epochs as in the authors’ code, τ = 5 (10 % of the steps) as in the paper. Every learned attack has its own controls at equal cost, which the paper has not; RandFilter clicks about half of the catalogue for each fake user and costs far more than any.${start}`,
    blocks: [
      ...blocks,
      tableBlock(matrixTable(fig)),
      tableBlock(costTable(fig.costs)),
      tableBlock(recallTable(fig), true),
    ],
  };
}
