/**
 * A stored audit of several attacks as audits of one each: the page sets them side by side, as it does audits of several runs.
 */

import { type Arm, attackOf, ofEachAttack } from '../../audit/index.js';
import type { ReportInput, StoredReport } from './document.js';

function evidenceOf(evidence: NonNullable<StoredReport['evidence']>, label: string) {
  const belongs = ({ arm }: { readonly arm: Arm | null }) => arm === null || attackOf(arm) === label;
  return {
    ...evidence,
    popularity: evidence.popularity.filter(belongs),
    profileSizes: evidence.profileSizes.filter(belongs),
    discrepancies: evidence.discrepancies.filter(belongs),
    matrices: evidence.matrices.filter(belongs),
    latent: evidence.latent.filter(belongs),
    gradientChecks: evidence.gradientChecks.filter(({ attack }) => attack === label),
  };
}

/** @example onePerAttack({ document }).length // 2 of an audit of two attacks */
export function onePerAttack(input: ReportInput): ReportInput[] {
  const { document, name } = input;
  const { summary, config, evidence, verdicts, notices } = document;
  if (summary.attacks.length === 1) return [input];
  return ofEachAttack(summary).map((own, n) => ({
    ...input,
    name: name === undefined ? own.attack.label : `${name}: ${own.attack.label}`,
    document: {
      ...document,
      config: { ...config, attacks: [config.attacks[n]] },
      summary: own,
      verdicts: verdicts.filter(({ attack }) => attack === own.attack.label),
      ...(notices && { notices: notices.filter(({ attack }) => attack === own.attack.label) }),
      ...(evidence && { evidence: evidenceOf(evidence, own.attack.label) }),
    },
  }));
}
