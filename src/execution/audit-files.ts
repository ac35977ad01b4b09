/** The files of a finished audit: `report.json`, `report.md`, and the learned profiles of every seed and target set. */

import { join } from 'node:path';
import { type AuditReport, markdownReport, type ProfilesResult } from '../audit/index.js';
import { makeFolder, writeAtomic } from './atomic-file.js';
import type { LoadedData } from './load-data.js';
import type { PreparedAudit } from './prepare-audit.js';
import { type ProfileFile, writeProfiles } from './profile-files.js';
import type { RunOutcome } from './run-plan.js';

export interface AuditFiles {
  readonly json: string;
  readonly markdown: string;
  readonly profiles: readonly ProfileFile[];
}

const slug = (text: string) =>
  text
    .replace(/[^\p{L}\p{N}]+/gu, '-')
    .replace(/^-|-$/g, '')
    .slice(0, 40);

/**
 * @throws RecauditError('storage')
 */
export async function writeAuditFiles(
  folder: string,
  report: AuditReport,
  { config, plan }: PreparedAudit,
  { results }: RunOutcome,
  { train, name }: LoadedData,
): Promise<AuditFiles> {
  const json = join(folder, 'report.json');
  const markdown = join(folder, 'report.md');
  writeAtomic(json, `${JSON.stringify({ ...report, data: { name, hash: train.hash } }, null, 2)}\n`);
  writeAtomic(
    markdown,
    markdownReport(report, (item) => train.items.ids[item]),
  );
  const profileFolder = join(folder, 'fake-profiles');
  makeFolder(profileFolder);
  const profiles: ProfileFile[] = [];
  for (const { key, arm, seed, targetSet } of plan.profiles) {
    const result = results.get(key) as ProfilesResult | undefined;
    if (arm !== 'learned' || result === undefined) continue;
    const set = config.targetSets[targetSet];
    const number = config.targetSets.length > 1 ? `${targetSet + 1}-` : '';
    const path = join(profileFolder, `seed-${seed}-${number}${slug(set.label) || 'targets'}.csv`);
    const details = { targetSet: set.label, options: config.attack.options, kernels: config.kernelFlavour };
    profiles.push(await writeProfiles(path, result, train, key, details));
  }
  return { json, markdown, profiles };
}
