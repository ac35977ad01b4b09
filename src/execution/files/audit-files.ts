/**
 * The files of a finished audit: `report.json`, `report.md`, `report.html`, and the learned profiles of every seed and
 * target set.
 */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { valueSources } from '../../attacks/fake-values.js';
import { type AuditReport, digest, type ProfilesResult } from '../../audit/index.js';
import type { ReportDocument } from '../../audit/report-document.js';
import { outputFile } from '../../data/files/output-file.js';
import { markdownReport } from '../../report/text/markdown.js';
import { jsonText } from '../../text/json.js';
import { shownName } from '../../text/names.js';
import type { RunOutcome } from '../engine/run-plan.js';
import type { LoadedData } from '../prepare/load-data.js';
import type { PreparedAudit } from '../prepare/prepare-audit.js';
import { makeFolder, writeAtomic } from './atomic-file.js';
import {
  type ProfileFile,
  type ProfileWriting,
  removeStaleProfiles,
  writeProfiles,
} from './profile-files.js';
import { runFacts } from './run-facts.js';

export interface AuditFiles {
  readonly json: string;
  readonly markdown: string;
  readonly html: string;
  readonly profiles: readonly ProfileFile[];
}

const REPORTS = ['report.json', 'report.md', 'report.html'];

const SLUG_LENGTH = 40;

const slug = (text: string) =>
  [...text.replace(/[^\p{L}\p{N}]+/gu, '-').replace(/^-|-$/g, '')].slice(0, SLUG_LENGTH).join('');

/**
 * The name of a profile CSV. Slugs of distinct labels may be equal, so with several sets the set's number tells them
 * apart; with one, a label that its slug does not hold whole is told by a digest.
 *
 * @param attack its label, where there are several
 * @example profileName(1, ['head', 'tail'], 0) // 'seed-1-1-head.csv'
 */
export function profileName(
  seed: number,
  labels: readonly string[],
  set: number,
  attack: string | null = null,
): string {
  if (attack !== null) {
    const name = profileName(seed, labels, set);
    return name.replace(/\.csv$/, `-${slug(attack) || digest(attack).slice(0, 8)}.csv`);
  }
  const label = labels[set];
  const short = slug(label) || 'targets';
  if (labels.length > 1) return `seed-${seed}-${set + 1}-${short}.csv`;
  return `seed-${seed}-${short === label ? short : `${short}-${digest(label).slice(0, 8)}`}.csv`;
}

/**
 * `report.json`. Of a report without times it holds none, so that the same command gives the same bytes.
 *
 * @param reproduce the command that makes the report again
 */
export function reportDocument(
  report: AuditReport,
  reproduce: string,
  { config }: PreparedAudit,
  { failed }: RunOutcome,
  { train, name, source }: LoadedData,
): ReportDocument {
  return {
    ...report,
    data: { name, hash: train.hash, source },
    reproduce,
    targetNames: config.targetSets.map(({ items }) => items.map((item) => train.items.ids[item])),
    ...(failed.length > 0 && {
      failedTasks: failed.map(({ label, error }) => ({ label, code: error.code, message: error.message })),
    }),
  };
}

/**
 * Says so where the folder has the report of another command, which this one's will replace.
 *
 * @param reproduce the command that makes this report again
 */
export function noticeReplaced(folder: string, reproduce: string, notice: (message: string) => void): void {
  const path = join(folder, 'report.json');
  for (const name of REPORTS) outputFile(join(folder, name));
  try {
    const { reproduce: before } = JSON.parse(readFileSync(path, 'utf8')) as { reproduce?: unknown };
    if (before === reproduce) return;
    notice(
      `${path} is of another command (${shownName(String(before ?? 'not stored'), 200)}); this audit replaces it at its end. Keep it by another --out`,
    );
  } catch {
    // There is none, or none that can be read.
  }
}

/**
 * Writes the files, and removes profiles that an earlier audit left in the same folder.
 *
 * @throws RecauditError('storage')
 */
export async function writeAuditFiles(
  folder: string,
  document: ReportDocument,
  { config, plan, data }: PreparedAudit,
  { results, runs }: RunOutcome,
  { train, newItems }: LoadedData,
  writing: ProfileWriting = {},
): Promise<AuditFiles> {
  const [json, markdown, html] = REPORTS.map((name) => join(folder, name));
  const facts = runFacts(document, (key) => runs.get(key));
  const { reportPage } = await import('../../report/page/index.js');
  writeAtomic(json, jsonText(document));
  writeAtomic(
    markdown,
    markdownReport(document, {
      itemName: (item) => train.items.ids[item],
      itemClicks: train.interactions.itemDegrees(),
      ...(facts && { versions: facts.versions }),
    }),
  );
  writeAtomic(html, reportPage([{ document, ...(facts && { facts }) }]));
  const profileFolder = join(folder, 'fake-profiles');
  makeFolder(profileFolder);
  const labels = config.targetSets.map(({ label }) => label);
  const profiles: ProfileFile[] = [];
  for (const { key, arm, seed, targetSet } of plan.profiles) {
    const result = results.get(key) as ProfilesResult | undefined;
    const n = plan.attacks.findIndex((attack) => attack.arm === arm);
    if (n < 0 || result === undefined) continue;
    const set = config.targetSets[targetSet];
    const attack = config.attacks.length > 1 ? plan.attacks[n].label : null;
    const path = join(profileFolder, profileName(seed, labels, targetSet, attack));
    const { options, givenValues } = config.attacks[n];
    const sources = valueSources(config.fakeValues ?? {}, givenValues);
    const origin = { sources, seed, ...(data.givenValues && { given: data.givenValues }) };
    const details = {
      targetSet: set.label,
      options,
      kernels: config.kernelFlavour,
      ...(newItems && { newItems }),
    };
    profiles.push(await writeProfiles(path, result, train, key, origin, details, writing));
  }
  removeStaleProfiles(profileFolder, profiles);
  return { json, markdown, html, profiles };
}
