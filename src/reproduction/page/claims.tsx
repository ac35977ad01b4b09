/** The claims: a table of all, and the short list of an experiment's own. */

import { shown } from '../../report/page/parts.js';
import type { ClaimOutcome, ClaimResult } from '../judge-claims.js';
import { EXPERIMENT_TITLES, type Experiment } from '../methods.js';
import { cellWords, claimCondition, claimText, outcomeWords } from '../words.js';
import { tight } from './section.js';

const MARKS: Readonly<Record<ClaimResult, readonly [mark: string, cls: string]>> = {
  holds: ['✓', 'yes'],
  'does not hold': ['✗', 'no'],
  undecided: ['?', 'open'],
  'no result': ['–', 'none'],
};

/** An outcome by word and mark; what was not tested stands back. */
export function Outcome({ claim }: { readonly claim: Pick<ClaimOutcome, 'result' | 'tested'> }) {
  const [mark, cls] = MARKS[claim.result];
  return (
    <strong class={`outcome outcome-${cls}${claim.tested ? '' : ' untested'}`}>
      <span aria-hidden="true">{mark}</span>
      {outcomeWords(claim)}
    </strong>
  );
}

/** Figures have their own ids. @example sectionId('fig3') // 'about-fig3' */
export function sectionId(experiment: Experiment): string {
  return `about-${experiment}`;
}

/** @example figureName('fig3') // 'Fig. 3' */
export function figureName(experiment: Experiment): string {
  return EXPERIMENT_TITLES[experiment].split(':')[0];
}

function ClaimRow({ claim }: { readonly claim: ClaimOutcome }) {
  const { id, text, experiment, statistic, reason } = claim;
  return (
    <tr id={`claim-${id}`}>
      <th scope="row">
        {shown(claimText(text))} <a href={`#${sectionId(experiment)}`}>{figureName(experiment)}</a>
        <small>{tight(shown(statistic))}</small>
      </th>
      <td>
        <Outcome claim={claim} />
      </td>
      <td data-of="here" class="of-number">
        {tight(shown(cellWords(claim.cell)))}
      </td>
      <td data-of="holds if">
        {claimCondition(claim)}
        <small>{shown(reason)}</small>
      </td>
    </tr>
  );
}

/** Every claim with its outcome, number, threshold and statistic. */
export function ClaimsTable({ claims }: { readonly claims: readonly ClaimOutcome[] }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reachable by keyboard
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for controls
    <div class="scroll claims" role="group" aria-label="The paper’s claims" tabIndex={0}>
      <table>
        <caption class="unseen">The paper’s claims</caption>
        <thead>
          <tr>
            {['claim of the paper, and the number it is judged by', 'outcome', 'our number', 'holds if'].map(
              (head) => (
                <th scope="col" key={head}>
                  {head}
                </th>
              ),
            )}
          </tr>
        </thead>
        <tbody>
          {claims.map((claim) => (
            <ClaimRow claim={claim} key={claim.id} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** The outcomes of one experiment. */
export function OwnClaims({ claims }: { readonly claims: readonly ClaimOutcome[] }) {
  if (claims.length === 0) return null;
  return (
    <ul class="own-claims">
      {claims.map((claim) => (
        <li key={claim.id}>
          <Outcome claim={claim} />: <a href={`#claim-${claim.id}`}>{shown(claimText(claim.text))}</a> (
          {tight(shown(cellWords(claim.cell)))}; holds if {claimCondition(claim)})
        </li>
      ))}
    </ul>
  );
}
