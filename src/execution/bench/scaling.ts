/** `recaudit bench scaling`: how the time of an epoch grows with the data, and the exponent that fits it. */

import { join } from 'node:path';
import type { AuditData } from '../../audit/index.js';
import { parseOptions } from '../../config/parse.js';
import { InteractionMatrix } from '../../data/interactions.js';
import { powerLawInteractions } from '../../data/power-law.js';
import { RecauditError } from '../../errors.js';
import { recommenderNamed } from '../../recommenders/registry.js';
import { SeedKey } from '../../rng.js';
import { readFile } from '../prepare/load-data.js';
import { fittedExponent } from './epochs.js';
import type { BenchResult, Figure } from './measure.js';
import { gowalla15Core, type ModelBenchOptions, measureModel, withEpochs } from './models.js';
import { freshMachineFigures, withEngine } from './on-engine.js';

/** Data of one size. Loaded when its turn comes, and then dropped. */
export interface ScalingSet {
  readonly name: string;
  load(): Promise<InteractionMatrix>;
}

/** The first epoch warms up; the median of the others counts. */
const EPOCHS = 3;
/** The authors' batch sizes are for so many users. */
const USERS = 13149;

const POWER_LAW = {
  users: 100_000,
  items: 50_000,
  interactions: 10_000_000,
  userExponent: 0.5,
  itemExponent: 0.5,
};

/** Gowalla at two sizes, and ten million generated clicks. */
export function scalingSets(options: Pick<ModelBenchOptions, 'data' | 'onPhase'>): ScalingSet[] {
  const { data, onPhase } = options;
  return [
    { name: 'gowalla 15-core, training part', load: async () => (await gowalla15Core(options)).train },
    {
      name: 'gowalla 10-core',
      async load() {
        const path = join(data as string, 'gowalla-10core.csv.gz');
        const columns = parseOptions('train', { data: path });
        return (await readFile(path, columns, undefined, onPhase)).dataset.interactions;
      },
    },
    {
      name: 'power law, exponents 0.5',
      async load() {
        onPhase('generating power-law interactions');
        return powerLawInteractions({ ...POWER_LAW, seed: SeedKey.root(1).child('power-law') });
      },
    },
  ];
}

/** Defaults, few epochs, and batches that grow with the users: the number of steps an epoch stays as it is on Gowalla. */
function scaledOptions(name: string, users: number, epochs: number | undefined): object {
  const options = withEpochs(recommenderNamed(name).defaults, epochs ?? EPOCHS);
  if (!('batchSize' in options) || typeof options.batchSize !== 'number') return options;
  // 0 is the full batch and stays it.
  if (options.batchSize === 0) return options;
  return { ...options, batchSize: Math.max(1, Math.round((options.batchSize * users) / USERS)) };
}

interface Point {
  readonly interactions: number;
  readonly seconds: number;
}

interface Growth {
  readonly points: Point[];
  readonly figures: Figure[];
  readonly notes: string[];
}

/** Measures one model on one set; a model that refuses these data, for its memory say, costs only its own figure. */
async function measure(
  options: ModelBenchOptions,
  name: string,
  set: ScalingSet,
  data: AuditData,
  { points, figures, notes }: Growth,
): Promise<void> {
  const { users, items, nonZeros: interactions } = data.train;
  const where = `${set.name}: ${interactions} interactions, ${users} users, ${items} items`;
  const chosen = scaledOptions(name, users, options.epochs);
  try {
    await withEngine(options, data, async (engine, memory) => {
      const input = { recommender: name, options: chosen, seed: 1, top: null };
      const { epochSeconds, fitSeconds, kernelBytes } = await measureModel(engine, input, options);
      const seconds = epochSeconds ?? fitSeconds;
      points.push({ interactions, seconds });
      figures.push(
        { name: `${epochSeconds === null ? 'fit' : 'epoch'}, ${where}`, value: seconds, unit: 's' },
        { name: `peak memory, ${set.name}`, value: memory.stop() / 1e6, unit: 'MB' },
        { name: `kernel memory, ${set.name}`, value: kernelBytes / 1e6, unit: 'MB' },
      );
    });
    if ('batchSize' in chosen) notes.push(`batches of ${chosen.batchSize} on ${set.name}`);
  } catch (error) {
    if (!(error instanceof RecauditError) || !REFUSALS.includes(error.code)) throw error;
    notes.push(`not measured on ${set.name}: ${error.message}`);
  }
}

/** What a model says that does not fit: into memory, or at all. */
const REFUSALS: readonly string[] = ['config', 'numeric'];

/** `benchScaling` on data of your own. */
export async function benchScalingOn(
  options: ModelBenchOptions,
  sets: readonly ScalingSet[],
  names: readonly string[],
): Promise<BenchResult[]> {
  for (const name of names) recommenderNamed(name);
  const grown = new Map<string, Growth>(names.map((name) => [name, { points: [], figures: [], notes: [] }]));
  for (const set of sets) {
    const train = InteractionMatrix.fromShared((await set.load()).toShared());
    const test = InteractionMatrix.fromCsr(train.items, new Int32Array(train.users + 1), new Int32Array(0));
    for (const [name, growth] of grown) await measure(options, name, set, { train, test }, growth);
  }
  const machine = await freshMachineFigures(options);
  return Array.from(grown, ([name, { points, figures, notes }]) => {
    const exponent = fittedExponent(
      points.map(({ interactions, seconds }) => ({ x: interactions, y: seconds })),
    );
    const fitted: Figure = {
      name: 'exponent of time over interactions',
      value: exponent,
      unit: '',
      better: 'lower',
    };
    return {
      name: `scaling, ${name}`,
      figures: [...figures, ...(points.length < 2 ? [] : [fitted]), ...machine],
      notes,
    };
  });
}

/**
 * Seconds an epoch (of the fit, for a model without epochs) of each recommender at 0.43, 1.03 and 10 million interactions,
 * batches scaled with the users, and the exponent of time over interactions by least squares on logarithms. Users and
 * items grow more slowly than interactions (they are in the figures' names), so a time linear in all three has an exponent
 * below 1.
 *
 * @param options `data` is the folder of the Gowalla files
 * @throws RecauditError `config` for a name that is no recommender's, `data` where a file is missing
 */
export function benchScaling(options: ModelBenchOptions, names: readonly string[]): Promise<BenchResult[]> {
  return benchScalingOn(options, scalingSets(options), names);
}
