/** Parts that all sections are made of: tables, figures, and text that came from outside. */

import { type ComponentChildren, createContext } from 'preact';
import { useContext } from 'preact/hooks';
import {
  type Cell,
  type Column,
  cellText,
  columnTitle,
  displayName,
  type Figure,
  inlineSvg,
  standaloneSvg,
} from '../charts/index.js';
import type { TextTable } from '../text/tables.js';
import { dataUrl } from './downloads.js';

const LONGEST_TEXT = 600;

/** A number stays on the line of its unit. */
export function tied(text: string): string {
  return text.replaceAll(/(\d) (%|points\b)/g, '$1\u00a0$2');
}

/** Hyphens that break no line, so that `item-cf` stays one word in a heading. */
export const wholeNames = (text: string): string => text.replace(/(?<=\p{L})-(?=\p{L})/gu, '\u2011');

/** Text from outside, as it may be shown. @example shown('a\u202eb') // 'a\ufffdb' */
export function shown(text: string, longest = LONGEST_TEXT): string {
  return tied(displayName(text, longest));
}

interface DataTableProps extends TextTable {
  /** by column; default: where every cell looks like a number */
  readonly numeric?: readonly boolean[];
  /** hides the caption where a heading or summary beside it says the same */
  readonly titleElsewhere?: boolean;
}

/** Columns of such cells are not broken. */
const SHORT = 24;

const NUMBER = /^([<+−-]?\s?[\d.,]+( %| points)?( ± [\d.,]+ %)?|none|no result|\d+ of \d+)?$/;

/** A table that scrolls sideways where it is too wide, reachable by keyboard; its first column names the rows. */
export function DataTable({ title, head, rows, numeric, titleElsewhere }: DataTableProps) {
  const right = head.map((_, c) => numeric?.[c] ?? (c > 0 && rows.every((row) => NUMBER.test(row[c] ?? ''))));
  const short = head.map((_, c) => rows.every((row) => (row[c] ?? '').length <= SHORT));
  const cls = (c: number) => (right[c] ? 'number' : short[c] ? 'short' : undefined);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reachable by keyboard
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for controls
    <div class="scroll" role="group" aria-label={shown(title)} tabIndex={0}>
      <table>
        <caption class={titleElsewhere ? 'unseen' : undefined}>{shown(title)}</caption>
        <thead>
          <tr>
            {head.map((name, c) => (
              <th key={c} scope="col" class={cls(c)}>
                {shown(name, 80)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, r) => (
            <tr key={r}>
              {row.map((cell, c) =>
                c === 0 ? (
                  <th key={c} scope="row" class={cls(c)}>
                    {shown(cell)}
                  </th>
                ) : (
                  <td key={c} class={cls(c)}>
                    {cell === '' ? '' : shown(cell)}
                  </td>
                ),
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** More rows are in the CSV. */
export const MOST_ROWS = 150;

/** Whether figures can be downloaded as SVG; not on a page that would grow too large. */
export const SvgFiles = createContext(true);

/** What a figure's table says where it has no value; default nothing. */
export const EmptyCells = createContext<(column: Column) => string>(() => '');

function FigureNumbers({ figure }: { readonly figure: Figure }) {
  const { table, title, csv, id } = figure;
  const svgFiles = useContext(SvgFiles);
  const rows = table.rows.slice(0, Math.min(table.shown ?? MOST_ROWS, MOST_ROWS));
  const rest = table.rows.length - rows.length;
  const empty = useContext(EmptyCells);
  const cellOf = (cell: Cell, column: Column) => (cell === null ? empty(column) : cellText(cell, column));
  const text = rows.map((row) => row.map((cell, c) => cellOf(cell, table.columns[c])));
  const numeric = table.columns.map(({ decimals }) => decimals !== null);
  return (
    <>
      <details>
        <summary>
          Numbers<span class="unseen"> of the figure: {title}</span>
        </summary>
        <DataTable
          title={`Numbers: ${title}`}
          head={table.columns.map(columnTitle)}
          rows={text}
          numeric={numeric}
          titleElsewhere
        />
        {rest > 0 && (
          <p class="note">
            The first {rows.length} of {table.rows.length} rows; the CSV has all.
          </p>
        )}
      </details>
      <p class="downloads">
        <a download={`${id}.csv`} href={dataUrl('text/csv', csv)}>
          CSV<span class="unseen"> of the figure: {title}</span>
        </a>
        {svgFiles && (
          <a download={`${id}.svg`} href={dataUrl('image/svg+xml', standaloneSvg(figure))}>
            SVG<span class="unseen"> of the figure: {title}</span>
          </a>
        )}
      </p>
    </>
  );
}

interface FigureProps {
  readonly figure: Figure;
  /** of the heading that states the finding */
  readonly level: 3 | 4;
}

/** A drawing below its finding, with its numbers one click away. */
export function FigureBlock({ figure, level }: FigureProps) {
  const { id, title, caption } = figure;
  const Heading: 'h3' | 'h4' = `h${level}`;
  return (
    <figure id={id} class="figure">
      <Heading>{wholeNames(tied(title))}</Heading>
      {/* The one place where text is not escaped: drawings, which hold names as escaped text. */}
      <div dangerouslySetInnerHTML={{ __html: inlineSvg(figure) }} />
      <figcaption>{tied(caption)}</figcaption>
      <FigureNumbers figure={figure} />
    </figure>
  );
}

interface FoldProps {
  readonly summary: string;
  readonly open?: boolean;
  readonly children: ComponentChildren;
}

/** What most readers skip. On paper it is open. */
export function Fold({ summary, open = false, children }: FoldProps) {
  return (
    <details class="fold" open={open}>
      <summary>{summary}</summary>
      {children}
    </details>
  );
}
