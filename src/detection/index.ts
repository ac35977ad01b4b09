/** Detection in one file: the library's call, what it reports, and the parts that the command line runs as tasks. */

export { type Detected, type DetectOptions, detect, rowsOf } from './detect.js';
export { type LabelledRows, labelReport } from './labels.js';
export { detectionReport, type Names } from './report.js';
export {
  type DetectorChoices,
  type DetectorResult,
  type DetectorTask,
  detectorTasks,
  readsOriginals,
  runDetector,
} from './run-detector.js';
export type * from './types.js';
export { caseSentence, headline, nextSteps, powerSentence, reasonsOf, short } from './words.js';
