/** Table 2 on the page: targets of four popularities, the paper's numbers beside ours. */

import { beforeAfterChart, type Figure } from '../../report/charts/index.js';
import { count, listed } from '../../text/numbers.js';
import { cellOf } from '../cells.js';
import type { Table2, Table2Row } from '../experiments/table2.js';
import { TARGET_SETS } from '../methods.js';
import { cellWords, NOT_COMPUTED, plain } from '../words.js';
import { MAIN_NAME, PAPER_VICTIMS, setName, victimName } from './labels.js';
import { figureBlock, type Section, seedNames, tableBlock } from './section.js';

const share = (value: number) => value.toFixed(4);
const times = (value: number) => `× ${plain(value)}`;

function ordered({ rows }: Table2): Table2Row[] {
  return TARGET_SETS.flatMap((set) =>
    PAPER_VICTIMS.flatMap((victim) => rows.filter((row) => row.set === set && row.victim === victim)),
  );
}

/** Mean over the victims of what the paper's attack gained, in points. */
function paperGain(rows: readonly Table2Row[], wanted: string): string {
  const gains = rows.filter(({ set }) => set === wanted).map(({ paper }) => paper.attacked - paper.clean);
  return ((100 * gains.reduce((a, b) => a + b, 0)) / gains.length).toFixed(2);
}

/** Clean hit ratios too small to divide by: some dozen users of Gowalla's 13,000. */
const RARE = 0.001;

function rareWords(rows: readonly Table2Row[]): string {
  const rare = rows.filter(({ clean }) => clean.hrAuthors.mean !== null && clean.hrAuthors.mean < RARE);
  if (rare.length === 0) return '';
  const names = rare.map(({ set, victim }) => `${victimName(victim)} (${setName(set)})`);
  return ` Where fewer than ${RARE * 1000} in 1,000 users find a target in the clean run, a ratio to it says little, and so does a mean of such ratios: ${listed(names)}.`;
}

/** In how many cells the attack raised the hit ratio, here and in the paper. */
function finding(rows: readonly Table2Row[]): string {
  const known = rows.filter(({ attacked }) => attacked.gain.mean !== null);
  if (known.length === 0) return 'The paper’s numbers; none of ours is computed yet.';
  const raised = known.filter(({ attacked }) => (attacked.gain.mean ?? 0) > 0).length;
  return `The attack raised HR@50 in ${raised} of ${known.length} computed pairs of targets and victim; in the paper in ${rows.filter(({ paper }) => paper.attacked > paper.clean).length} of ${rows.length}.`;
}

function figureOf(rows: readonly Table2Row[], seeds: readonly number[]): Figure {
  return beforeAfterChart(
    rows.map(({ set, victim, paper, clean, attacked }) => ({
      group: `${setName(set)} targets`,
      victim: victimName(victim),
      published: { before: paper.clean, after: paper.attacked },
      before: clean.hrAuthors.values,
      after: attacked.hrAuthors.values,
    })),
    {
      id: 'table2',
      finding: finding(rows),
      caption: `Squares: without attack; circles: under ${MAIN_NAME}; hollow, upper of two: the paper, on its own split and targets; filled, lower: here, means over the seeds (${count(seeds.length, 'seed')} planned), small dots: each seed where there are several. Each panel has its own scale.`,
      attack: MAIN_NAME,
      metric: 'HR@50',
      units: seedNames(seeds),
      missing: NOT_COMPUTED,
      publishedBy: 'paper',
    },
  );
}

/** Mean over the victims of a seed's ratios, for a set; the paper's beside it. */
function bucketTable(rows: readonly Table2Row[]) {
  return {
    title: 'By popularity of the targets, mean over the six victims',
    head: [
      'targets',
      'points of HR@50 gained here',
      'points in the paper',
      'ratio here',
      'ratio in the paper',
    ],
    rows: TARGET_SETS.map((set) => {
      const own = rows.filter((row) => row.set === set);
      const over = (pick: (row: Table2Row) => readonly (number | null)[]) => {
        const seeds = own[0]?.attacked.gain.values ?? [];
        return cellOf(
          seeds.map((_, s) => {
            const values = own.map((row) => pick(row)[s]);
            return values.some((value) => value === null)
              ? null
              : (values as number[]).reduce((a, b) => a + b, 0) / values.length;
          }),
        );
      };
      const paper = (of: (row: Table2Row) => number) =>
        own.reduce((sum, row) => sum + of(row), 0) / own.length;
      return [
        setName(set),
        cellWords(
          over(({ attacked }) => attacked.gain.values),
          (value) => (100 * value).toFixed(2),
        ),
        paperGain(rows, set),
        cellWords(
          over(({ attacked }) => attacked.ratio.values),
          times,
        ),
        times(paper((row) => row.paper.attacked / row.paper.clean)),
      ];
    }),
  };
}

function numbersTable(rows: readonly Table2Row[]) {
  return {
    title: 'HR@50 of the targets, clean and under WRMF+SGD',
    head: [
      'targets and victim',
      'paper: clean',
      'paper: attacked',
      'paper: ratio',
      'here: clean',
      'here: attacked',
      'here: ratio',
    ],
    rows: rows.map(({ set, victim, paper, clean, attacked }) => [
      `${setName(set)}, ${victimName(victim)}`,
      share(paper.clean),
      share(paper.attacked),
      times(paper.attacked / paper.clean),
      cellWords(clean.hrAuthors, share),
      cellWords(attacked.hrAuthors, share),
      cellWords(attacked.ratio, times),
    ]),
  };
}

export function table2Section(table2: Table2, seeds: readonly number[]): Section {
  const rows = ordered(table2);
  return {
    experiment: 'table2',
    paper: `HR@50 of five targets, clean and under WRMF+SGD, for head, upper torso, lower torso and tail items on six victims (n not stated; 4 runs in Fig. 5a). From head to tail the points gained are ${TARGET_SETS.map((set) => paperGain(rows, set)).join(', ')} (mean over the victims), so the paper calls cold items harder; as ratios to the clean run they grow.`,
    here: `The same with ${MAIN_NAME}, on targets drawn from the same four ranges of popularity on this split. Ratios are of a seed’s own clean run.${rareWords(rows)}`,
    blocks: [
      figureBlock(figureOf(rows, seeds)),
      tableBlock(bucketTable(rows)),
      tableBlock(numbersTable(rows)),
    ],
  };
}
