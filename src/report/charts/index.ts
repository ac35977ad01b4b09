/**
 * Charts: typed rows to figures, by pure functions. The same rows give the same text.
 *
 * The drawing code is heavy: import this module where a figure is needed, never at start-up.
 */

export { type BeforeAfterOptions, type BeforeAfterRow, beforeAfterChart } from './before-after.js';
export { type BesideOptions, type BesideRow, besideControlsChart } from './beside-controls.js';
export { type CourseOptions, type CourseRow, courseChart } from './course.js';
export { type EffectOptions, type EffectRow, effectChart } from './effect.js';
export { type FakeMatrix, fakeMatrixChart, fitsFakeMatrix } from './fake-matrix.js';
export { type Figure, type FigureOptions, inlineSvg, standaloneSvg } from './figure.js';
export { type LatentOptions, type LatentPlace, type LatentRow, latentChart } from './latent.js';
export type { LayoutName } from './layout.js';
export { displayName } from './names.js';
export { pagesOf } from './pages.js';
export { type AttackMarks, attackMarks, HUES, type Hue, PAGE } from './palette.js';
export { type PopularityRow, popularityChart } from './popularity.js';
export { type ProfileSizeRow, profileSizeChart } from './profile-sizes.js';
export { type QualityOptions, type QualityRow, qualityChart } from './quality.js';
export { type RankOptions, type RankRow, rankChart } from './ranks.js';
export { type SeriesOptions, seriesChart } from './series.js';
export type { Reference, Series, SeriesPanel } from './series-types.js';
export { CHART_CSS } from './style.js';
export {
  type PowerRow,
  powerChart,
  type SuspicionOptions,
  type SuspicionRow,
  suspicionChart,
} from './suspicion.js';
export { type Cell, type Column, cellText, columnTitle, type Table, tableCsv } from './table.js';
export { type TransferOptions, type TransferRow, transferChart } from './transfer.js';
export type { UnitValues } from './units.js';
