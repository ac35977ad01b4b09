/**
 * Charts: typed rows to figures, by pure functions. The same rows give the same text.
 *
 * The drawing code is heavy: import this module where a figure is needed, never at start-up.
 */

export { type BeforeAfterOptions, type BeforeAfterRow, beforeAfterChart } from './figures/before-after.js';
export { type BesideOptions, type BesideRow, besideControlsChart } from './figures/beside-controls.js';
export { type CourseOptions, type CourseRow, courseChart } from './figures/course.js';
export { type EffectOptions, type EffectRow, effectChart } from './figures/effect.js';
export { type LossOptions, type LossRow, lossChart } from './figures/explain/loss.js';
export { type PushCurveOptions, type PushCurveRow, pushCurveChart } from './figures/explain/push-curve.js';
export {
  type SuspectShareOptions,
  type SuspectShareRow,
  suspectShareChart,
} from './figures/explain/suspect-share.js';
export { type FakeMatrix, fakeMatrixChart, fitsFakeMatrix } from './figures/fake-matrix.js';
export { type LatentOptions, type LatentPlace, type LatentRow, latentChart } from './figures/latent.js';
export { type PopularityRow, popularityChart } from './figures/popularity.js';
export { type ProfileSizeRow, profileSizeChart } from './figures/profile-sizes.js';
export { type QualityOptions, type QualityRow, qualityChart } from './figures/quality.js';
export { type RankOptions, type RankRow, rankChart } from './figures/ranks.js';
export { type SeriesOptions, seriesChart } from './figures/series.js';
export type { Reference, Series, SeriesPanel } from './figures/series-types.js';
export {
  type PowerRow,
  powerChart,
  type SuspicionOptions,
  type SuspicionRow,
  suspicionChart,
} from './figures/suspicion.js';
export { type TransferOptions, type TransferRow, transferChart } from './figures/transfer.js';
export { pagesOf } from './pages.js';
export { type Figure, type FigureOptions, inlineSvg, standaloneSvg } from './parts/figure.js';
export type { LayoutName } from './parts/layout.js';
export { displayName } from './parts/names.js';
export { type AttackMarks, attackMarks, HUES, type Hue, PAGE } from './parts/palette.js';
export { CHART_CSS } from './parts/style.js';
export { type Cell, type Column, cellText, columnTitle, type Table, tableCsv } from './parts/table.js';
export type { UnitValues } from './parts/units.js';
