/** Detection in one file: the library's call, what it reports, and the parts that the command line runs as tasks. */

export {
  type DetectorResult,
  type DetectorTask,
  readsOriginals,
  runDetector,
  type ScoreRates,
  TOLD_RATES,
} from '../detectors/run-detector.js';
export { type Detected, type DetectOptions, detect, rowsOf } from './detect.js';
export { type DetectorChoices, detectorTasks } from './detector-tasks.js';
export { type LabelledRows, labelReport } from './labels.js';
export { detectionReport, type Names } from './report.js';
export type * from './types.js';
export {
  type WhatIfGroups,
  type WhatIfResult,
  type WhatIfRun,
  type WhatIfTask,
  whatIf,
  whatIfTasks,
} from './what-if.js';
export { whatIfReport, whatIfSentences } from './what-if-words.js';
export {
  caseSentence,
  headline,
  honestShareText,
  nextSteps,
  powerSentence,
  rateSentences,
  reasonsOf,
  short,
} from './words.js';
