// The data that a measuring script asks for by --data FILE [--k-core N] and --seed; without --data the embedded data.
import { embeddedDataset, kCore, readInteractions, SeedKey } from '../dist/index.js';

/** @returns the data, and the setting by which models choose their options */
export async function scriptData(flags) {
  if (flags.data === undefined) {
    const dataset = embeddedDataset(SeedKey.root(Number(flags.seed)).child('embedded')).train;
    return { dataset, setting: 'synthetic' };
  }
  const { dataset } = await readInteractions(flags.data);
  return {
    dataset: flags['k-core'] ? kCore(dataset, Number(flags['k-core'])) : dataset,
    setting: 'interactions',
  };
}
