/** The data layer's public names. */

export {
  type CompressedColumns,
  InteractionMatrix,
  type SharedInteractions,
} from './interactions.js';
