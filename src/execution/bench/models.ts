/** `recaudit bench models`: every recommender on the Gowalla 15-core, one fresh engine a model. */

import { join } from 'node:path';
import type { AuditData } from '../../audit/index.js';
import { parseOptions } from '../../config/parse.js';
import { recommenderNamed } from '../../recommenders/registry.js';
import type { Engine } from '../engine/engine.js';
import { loadData } from '../prepare/load-data.js';
import type { BenchResult, Figure } from './measure.js';
import { epochsOf, type ModelSpeed, type ModelSpeedInput } from './model-job.js';
import { onEngine, type WorkloadOptions } from './on-engine.js';
import { REFERENCE_FIGURES } from './reference-figures.js';

export interface ModelBenchOptions extends Omit<WorkloadOptions, 'repeat'> {
  /** at most so many epochs, for timing alone: then Recall is not told */
  readonly epochs?: number;
}

const TOP = 50;

/** Training and test interactions of the Gowalla 15-core, in the folder of its files. */
export async function gowalla15Core({
  data,
  onPhase,
}: Pick<ModelBenchOptions, 'data' | 'onPhase'>): Promise<AuditData> {
  const file = (part: string) => join(data as string, `gowalla-15core.${part}.csv.gz`);
  const options = parseOptions('train', { train: file('train'), test: file('test') });
  const { train, test } = await loadData(options, onPhase);
  return { train: train.interactions, test: test.interactions };
}

/** One `bench model` job. */
export async function measureModel(
  engine: Engine,
  input: ModelSpeedInput,
  { onPhase, onProgress }: Pick<ModelBenchOptions, 'onPhase' | 'onProgress'>,
): Promise<ModelSpeed> {
  onPhase(`training ${input.recommender}`);
  return (await engine.run({ job: 'bench model', input, checkpointPath: null }, onProgress)) as ModelSpeed;
}

/** Options with at most `most` epochs; as they are where the model has none. */
export function withEpochs<Options extends object>(options: Options, most: number | undefined): Options {
  const epochs = epochsOf(options);
  return epochs === null || most === undefined ? options : { ...options, epochs: Math.min(epochs, most) };
}

function figuresOf(name: string, options: object, speed: ModelSpeed, complete: boolean): Figure[] {
  const epochs = epochsOf(options);
  const figure = (what: string, value: number | null, unit: string): Figure[] =>
    value === null ? [] : [{ name: what, value, unit }];
  const reference = REFERENCE_FIGURES[name]?.recall;
  return [
    ...figure('epoch, median', speed.epochSeconds, 's'),
    ...(epochs === null
      ? figure('fit', speed.fitSeconds, 's')
      : figure(`fit, ${epochs} epochs`, speed.fitSeconds, 's')),
    ...figure('lists for all users', speed.listSeconds, 's'),
    ...figure(`Recall@${TOP}`, complete ? speed.recall : null, '').map((recall) => ({
      ...recall,
      better: 'higher' as const,
      ...(reference !== undefined && { reference }),
    })),
    ...figure('kernel memory', speed.kernelBytes / 1e6, 'MB'),
  ];
}

async function benchModel(options: ModelBenchOptions, data: AuditData, name: string): Promise<BenchResult> {
  const { defaults } = recommenderNamed(name);
  const chosen = withEpochs(defaults, options.epochs);
  const complete = epochsOf(chosen) === epochsOf(defaults);
  const top = Math.min(TOP, data.train.items);
  const figures = await onEngine(options, { data }, async (engine) => {
    const input = { recommender: name, options: chosen, seed: 1, top };
    return figuresOf(name, chosen, await measureModel(engine, input, options), complete);
  });
  const memory = REFERENCE_FIGURES[name]?.memory;
  return {
    name: `gowalla, ${name}`,
    figures: figures.map((figure) =>
      figure.name === 'peak memory' && memory !== undefined ? { ...figure, reference: memory } : figure,
    ),
    notes: complete ? [] : [`${epochsOf(chosen)} of ${epochsOf(defaults)} epochs: times only, no Recall`],
  };
}

/**
 * Fits each recommender with its defaults on the Gowalla 15-core: seconds an epoch (or of the whole fit), of the lists
 * of all users, Recall@50, and the most memory the process held from then on (data and what earlier models left behind
 * included: measure one model a process for a figure of its own).
 *
 * @param options `data` is the folder of the Gowalla files
 * @throws RecauditError `config` for a name that is no recommender's, `data` where a file is missing
 */
export async function benchModels(
  options: ModelBenchOptions,
  names: readonly string[],
): Promise<BenchResult[]> {
  for (const name of names) recommenderNamed(name);
  const data = await gowalla15Core(options);
  const results: BenchResult[] = [];
  for (const name of names) results.push(await benchModel(options, data, name));
  return results;
}
