/** The marks of a panel of `series.ts`: bands or bars for intervals, lines through means, a dot for every unit where settings are few. */

import * as Plot from '@observablehq/plot';
import { FONT_SIZE } from '../parts/layout.js';
import { fitName } from '../parts/names.js';
import { spread } from '../parts/units.js';
import type { Reference, Series, SeriesMarks, SeriesPanel } from './series-types.js';

export interface Placement {
  readonly margins: Required<
    Pick<Plot.PlotOptions, 'marginTop' | 'marginBottom' | 'marginLeft' | 'marginRight'>
  >;
  readonly axis: string;
  /** of the panel */
  readonly width: number;
  readonly place: (at: number) => number;
  /** of the settings at 0, 1, 2, ...; absent: the axis counts */
  readonly names?: readonly string[];
}

interface Drawn {
  readonly series: string;
  readonly marks: SeriesMarks;
  readonly dashed: boolean;
  readonly x: number;
  readonly mean: number;
  readonly low: number;
  readonly high: number;
  readonly tested: boolean;
}

interface UnitDot {
  readonly marks: SeriesMarks;
  readonly line: string;
  readonly x: number;
  readonly y: number;
}

/** Half of the room between the first and the last series at a setting. */
const ASIDE = 0.14;

function asideOf(panel: SeriesPanel, s: number, { names }: Placement): number {
  const last = panel.series.length - 1;
  return names === undefined || last === 0 ? 0 : ASIDE * ((2 * s) / last - 1);
}

function means(panel: SeriesPanel, placement: Placement): Drawn[] {
  const factor = panel.shares ? 100 : 1;
  return panel.series.flatMap(({ name, marks, dashed = false, points }, s) =>
    points.flatMap(({ at, values }): Drawn[] => {
      const { mean, interval } = spread(values);
      if (mean === null) return [];
      const [low, high] = interval === null ? [mean, mean] : [interval.low, interval.high];
      const x = placement.place(at) + asideOf(panel, s, placement);
      const limited = panel.shares ? [Math.max(0, low), Math.min(1, high)] : [low, high];
      return [
        {
          series: name,
          marks,
          dashed,
          x,
          mean: factor * mean,
          low: factor * limited[0],
          high: factor * limited[1],
          tested: interval !== null,
        },
      ];
    }),
  );
}

function unitDots(panel: SeriesPanel, placement: Placement): UnitDot[] {
  const factor = panel.shares ? 100 : 1;
  return panel.series.flatMap(({ name, marks, points }: Series, s) =>
    points.flatMap(({ at, values }) =>
      values.flatMap((value, unit): UnitDot[] =>
        value === null
          ? []
          : [
              {
                marks,
                line: `${s} ${unit} ${name}`,
                x: placement.place(at) + asideOf(panel, s, placement),
                y: factor * value,
              },
            ],
      ),
    ),
  );
}

const colour = ({ marks }: { readonly marks: SeriesMarks }) => marks.colour;
const symbol = ({ marks }: { readonly marks: SeriesMarks }) => marks.symbol;

/** So many means of a panel are dots each; of more, the last of a line. */
const FEW = 24;

/** Thin lines of the units behind the band and the line of the mean. */
function countedMarks(drawn: readonly Drawn[], dots: readonly UnitDot[]): Plot.Markish[] {
  const banded = drawn.filter(({ tested }) => tested);
  const last = [...new Map(drawn.map((point) => [point.series, point])).values()];
  const few = drawn.length <= FEW;
  return [
    ...(banded.length === 0
      ? []
      : [
          Plot.areaY(banded, { x: 'x', y1: 'low', y2: 'high', z: 'series', fill: colour, fillOpacity: 0.18 }),
        ]),
    Plot.line(dots, { x: 'x', y: 'y', z: 'line', stroke: colour, strokeWidth: 0.8, strokeOpacity: 0.65 }),
    Plot.line(drawn, { x: 'x', y: 'mean', z: 'series', stroke: colour, strokeWidth: 2.4 }),
    Plot.dot(few ? drawn : last, { x: 'x', y: 'mean', symbol, fill: colour, r: 4 }),
  ];
}

/** A dot for every unit, the mean with its bar, and a line that joins the means. */
function settingMarks(drawn: readonly Drawn[], dots: readonly UnitDot[]): Plot.Markish[] {
  const barred = drawn.filter(({ tested }) => tested);
  const joined = (dashed: boolean) => drawn.filter((point) => point.dashed === dashed);
  const line = { x: 'x', y: 'mean', z: 'series', stroke: colour, strokeWidth: 1.2 } as const;
  return [
    Plot.line(joined(false), line),
    ...(joined(true).length === 0 ? [] : [Plot.line(joined(true), { ...line, strokeDasharray: '4,3' })]),
    ...(barred.length === 0
      ? []
      : [Plot.ruleX(barred, { x: 'x', y1: 'low', y2: 'high', stroke: colour, strokeWidth: 2 })]),
    Plot.dot(dots, { x: 'x', y: 'y', r: 1.8, fill: colour, fillOpacity: 0.55 }),
    Plot.dot(drawn, { x: 'x', y: 'mean', symbol, fill: colour, r: 4 }),
  ];
}

function referenceMarks(references: readonly Reference[], factor: number, right: number): Plot.Markish[] {
  const lines = references.flatMap(({ marks, values }) => {
    const { mean } = spread(values);
    return mean === null ? [] : [{ marks, x: right, y: factor * mean }];
  });
  if (lines.length === 0) return [];
  return [
    Plot.ruleY(lines, { y: 'y', stroke: colour, strokeDasharray: '3,3', strokeOpacity: 0.9 }),
    Plot.dot(lines, { x: 'x', y: 'y', symbol, fill: colour, r: 4 }),
  ];
}

function axes(heading: string, { axis, names, margins, width }: Placement): Plot.Markish[] {
  return [
    Plot.gridY({ ticks: 4, strokeOpacity: 0.18 }),
    Plot.axisY({ ticks: 4, tickSize: 0, label: null, fontSize: FONT_SIZE }),
    Plot.axisX({
      ...(names === undefined
        ? { ticks: 5, tickFormat: (step: number) => (Number.isInteger(step) ? String(step) : '') }
        : { ticks: names.map((_, n) => n), tickFormat: (n: number) => fitName(names[n], 34, FONT_SIZE) }),
      tickSize: 4,
      label: axis,
      labelAnchor: 'center',
      labelArrow: 'none',
      labelOffset: 38,
      fontSize: FONT_SIZE,
    }),
    Plot.text([fitName(heading, width - 12, FONT_SIZE + 1)], {
      frameAnchor: 'top-left',
      textAnchor: 'start',
      lineAnchor: 'bottom',
      dx: 2 - margins.marginLeft,
      dy: -14,
      fontWeight: 'bold',
    }),
  ];
}

/** One panel. */
export function seriesPlot(panel: SeriesPanel, placement: Placement): Plot.PlotOptions {
  const { shares, references = [], published = [] } = panel;
  const factor = shares ? 100 : 1;
  const [drawn, dots] = [means(panel, placement), unitDots(panel, placement)];
  const places = panel.series.flatMap(({ points }) => points.map(({ at }) => placement.place(at)));
  const domain =
    placement.names === undefined
      ? [0, Math.max(1, ...places)]
      : [-0.4, placement.names.length - (references.length > 0 ? 0.2 : 0.6)];
  const shown = published.map(({ at, value }) => ({ x: placement.place(at), y: factor * value }));
  return {
    ...placement.margins,
    x: { type: 'linear', domain, axis: null },
    y: { type: 'linear', nice: 4, axis: null, ...(shares && { zero: true }) },
    color: { type: 'identity' },
    symbol: { type: 'identity' },
    marks: [
      ...axes(panel.heading, placement),
      ...referenceMarks(references, factor, domain[1]),
      ...(placement.names === undefined ? countedMarks(drawn, dots) : settingMarks(drawn, dots)),
      ...(shown.length === 0
        ? []
        : [Plot.dot(shown, { x: 'x', y: 'y', r: 6, stroke: 'currentColor', strokeWidth: 1.6 })]),
    ],
  };
}
