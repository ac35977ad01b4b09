/** `recaudit/execution`: a graph of tasks on worker threads, against a folder of immutable results; commands as victims. Node only. */

export {
  auditRegistries,
  type CommandEnvironment,
  type CommandVictimChoice,
  type CommandVictimOptions,
  commandRecommender,
  commandVictim,
  needOriginals,
} from './command/victim.js';
export {
  type GraphOptions,
  type GraphOutcome,
  runGraph,
  type TaskEvent,
  type TaskNode,
} from './engine/pool.js';
export { nodesOf, type RunOptions, type RunOutcome, runNodes } from './engine/run-plan.js';
export { RunStore, type StoredResult } from './files/store.js';
export { loadPlugins } from './plugins.js';
