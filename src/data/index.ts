/** The data layer's public names. */

export { type AlignedSplit, alignSplit } from './align.js';
export { type Campaign, type CampaignData, type CampaignOptions, withCampaigns } from './campaigns.js';
export { createDataset, type Dataset, type DatasetParts } from './dataset.js';
export { type CountQuantiles, type DatasetDescription, describe } from './describe.js';
export type { ClickValues, ProfileValues } from './fake-rows.js';
export { type ReadResult, readInteractions } from './files/read.js';
export type { ReadingFacts, ValueRange } from './files/read-facts.js';
export type { ColumnChoice, DuplicateRule, ReadOptions } from './files/read-options.js';
export {
  datasetRows,
  type InteractionRow,
  type WriteOptions,
  wholeNumberColumns,
  writeInteractions,
} from './files/write.js';
export { IdMap } from './ids.js';
export { type CompressedColumns, InteractionMatrix, type SharedInteractions } from './interactions.js';
export { kCore } from './k-core.js';
export { hashOriginals, type Originals, originalsOf } from './originals.js';
export {
  BUCKET_NAMES,
  type BucketName,
  type PopularityBuckets,
  popularityBuckets,
  quantile,
  sampleTargets,
} from './popularity.js';
export { type PowerLawOptions, powerLawDataset, powerLawInteractions, ratingsLaw } from './power-law.js';
export { leaveOneOut, randomSplit, type Split, timeSplit } from './splits.js';
export { embeddedDataset, type SyntheticData, type SyntheticOptions, synthesize } from './synthetic.js';
