/** A detection on the terminal: verdict, cases, users, what to do next. */

import {
  caseSentence,
  type DetectedCase,
  type DetectionDetails,
  type DetectionReport,
  honestShareText,
  type LabelReport,
  powerSentence,
  rateSentences,
  reasonsOf,
  type ScoreList,
  short,
} from '../detection/index.js';
import type { DetectionFiles } from '../execution/files/detection-files.js';
import { wrapped } from '../report/text/terminal.js';
import { shownName, shownNames } from '../text/names.js';
import { count, integer, percent } from '../text/numbers.js';
import { table } from './style.js';

const MOST_CASES = 10;
const MOST_ITEMS = 8;
const MOST_USERS = 10;
const MOST_NAMES = 400;
const LONGEST = 24;

/** Ids as they may be shown; those that would look alike are told apart. */
function namer({ details }: DetectionReport): (id: string) => string {
  const ids = [
    ...(details?.items ?? []).map(({ item }) => item),
    ...(details?.users ?? []).map(({ user }) => user),
  ];
  const distinct = [...new Set(ids)].slice(0, MOST_NAMES);
  const shown = shownNames(distinct, LONGEST);
  const names = new Map(distinct.map((id, n) => [id, shown[n]]));
  return (id) => names.get(id) ?? shownName(id, LONGEST);
}

const indented = (text: string) =>
  text
    .split('\n')
    .map((line) => `  ${line}`)
    .join('\n');

const more = (all: number, most: number, where: string) =>
  all > most ? [`  ${integer(all - most)} more in ${where}`] : [];

function caseLines(one: DetectedCase, { items }: DetectionDetails, name: (id: string) => string): string[] {
  const own = items.filter((item) => item.case === one.number);
  const rows = own
    .slice(0, MOST_ITEMS)
    .map((item) => [
      name(item.item),
      integer(item.clickers),
      item.suspectedFakes.toFixed(1),
      item.usualFakes.toFixed(1),
      short(item.expectedFalse),
    ]);
  const users = one.users.slice(0, MOST_ITEMS).map(name).join(', ');
  return [
    caseSentence(one, name, MOST_ITEMS),
    indented(table([['item', 'clickers', 'look fake', 'usual', 'clean items as high'], ...rows])),
    ...more(own.length, MOST_ITEMS, 'items.csv'),
    ...(users === '' ? [] : [`  users: ${users}`, ...more(one.users.length, MOST_ITEMS, 'groups.csv')]),
    '',
  ];
}

/** A line of numbers for each user, and one that says why. */
function userLines(details: DetectionDetails, all: number, name: (id: string) => string): string[] {
  const users = details.users.slice(0, MOST_USERS);
  if (users.length === 0) return [];
  const rows = users.map((user) => [
    name(user.user),
    short(user.score),
    honestShareText(user.honestShare, all),
    user.onRemovalList ? 'yes' : 'no',
  ]);
  const [head, ...lines] = table([['user', 'score', 'honest as high', 'remove'], ...rows]).split('\n');
  return [
    'users by score, the highest first',
    `  ${head}`,
    ...lines.flatMap((line, n) => [`  ${line}`, `      ${reasonsOf(users[n], name)}`]),
    ...more(details.users.length, MOST_USERS, 'suspects.csv'),
    '',
  ];
}

/** What would have been seen of each kind of attack. */
function powerLines({ power }: DetectionDetails): string[] {
  if (power.length === 0) return [];
  const rows = power.map(({ family, smallestSeen }) => [
    family.words,
    smallestSeen === null ? 'often missed' : `${smallestSeen} fakes on an item`,
  ]);
  return ['what would have been seen, by kind of attack', indented(table([['attack', 'from'], ...rows])), ''];
}

/** A list with rates: how many honest users are as near to the known fakes. */
function ratedLines(list: ScoreList, all: number): string[] {
  const rows = list.users
    .slice(0, MOST_USERS)
    .map(({ user, score, falsePositiveRate, upperBound }) => [
      shownName(user, LONGEST),
      short(score),
      falsePositiveRate === null ? '' : percent(falsePositiveRate),
      upperBound === null ? '' : percent(upperBound),
    ]);
  return [
    `${list.detector}: highest scores, without the known fakes`,
    indented(table([['user', 'score', 'honest users as high', 'at most'], ...rows])),
    ...more(list.users.length, MOST_USERS, 'scores.csv, with everybody'),
    ...rateSentences(list, all).map(indented),
    '',
  ];
}

function otherLines(others: readonly ScoreList[], all: number): string[] {
  return others.flatMap((list) => (list.atRates === null ? plainLines([list]) : ratedLines(list, all)));
}

function plainLines(others: readonly ScoreList[]): string[] {
  return others.flatMap(({ detector, floor, users }) => [
    `${detector}${floor ? ' (a floor: known to fail, a yardstick and no recommendation)' : ''}: highest scores`,
    ...users.slice(0, 5).map(({ user, score }) => `  ${shownName(user, LONGEST)}  ${short(score)}`),
    ...more(users.length, 5, 'scores.csv, with everybody'),
    '',
  ]);
}

function labelLines(labels: LabelReport): string[] {
  const rows = labels.measures.map(({ detector, floor, auc, averagePrecision, recallAt, sizeMatched }) => [
    floor ? `${detector} (floor)` : detector,
    auc.toFixed(3),
    sizeMatched === null ? '' : sizeMatched.auc.toFixed(3),
    averagePrecision.toFixed(3),
    ...recallAt.map(({ recall }) => recall.toFixed(3)),
  ]);
  const [{ recallAt, chance }] = labels.measures;
  const heads = recallAt.map(({ falsePositiveRate }) => `recall at ${percent(falsePositiveRate)} FPR`);
  const { removal } = labels;
  const flagged =
    removal === null
      ? []
      : [
          `removal list: ${integer(removal.flagged)} users, ${integer(removal.fake)} of ${count(labels.fake, 'labelled fake')}, ${integer(removal.honest)} labelled honest, ${integer(removal.unlabelled)} without a label`,
        ];
  return [
    `against ${count(labels.fake, 'fake')} and ${integer(labels.honest)} honest users by label${labels.unlabelled > 0 ? ` (${integer(labels.unlabelled)} without one)` : ''}`,
    indented(table([['detector', 'AUC', 'size-matched AUC', 'average precision', ...heads], ...rows])),
    indented(
      `a random score: AUC ${chance.auc}, average precision ${chance.averagePrecision.toFixed(3)}, recall as the FPR; ties count against a detector`,
    ),
    ...flagged.map(indented),
    '',
  ];
}

function fileLines({ suspects, items, groups, scores, page, clean }: DetectionFiles): string[] {
  const line = (path: string | null, what: string) => (path === null ? [] : [`${path}: ${what}`]);
  return [
    ...line(page, 'all this with figures, to look at'),
    ...line(suspects, 'users, with why; remove says who is on the removal list'),
    ...line(items, 'items by suspicion'),
    ...line(groups, 'the members of each case'),
    ...line(scores, "everyone's score by each detector"),
    ...line(clean, 'your interactions without the removal list'),
  ];
}

/** @param width of the terminal; tables are not wrapped @param extra parts between users and what to do next */
export function detectionText(
  name: string,
  report: DetectionReport,
  files: DetectionFiles,
  width: number,
  extra: readonly string[] = [],
): string {
  const { data, headline, details, others, labels, next, verdict } = report;
  const called = namer(report);
  const cases = details?.cases ?? [];
  const parts = [
    `${name}: ${count(data.users, 'user')} x ${count(data.items, 'item')}, ${count(data.interactions, 'interaction')}`,
    '',
    headline,
    '',
    ...(details === null ? [] : cases.slice(0, MOST_CASES).flatMap((one) => caseLines(one, details, called))),
    ...(cases.length > MOST_CASES ? [...more(cases.length, MOST_CASES, 'groups.csv'), ''] : []),
    ...(details === null || verdict === 'too-small' ? [] : userLines(details, data.users, called)),
    ...(details !== null && verdict === 'nothing-found' ? powerLines(details) : []),
    ...(details !== null && verdict === 'items-look-pushed' ? [powerSentence(details), ''] : []),
    ...otherLines(others, data.users),
    ...(labels === null ? [] : labelLines(labels)),
    ...extra,
    'what to do next',
    ...next.map((step) => `  ${step}`),
    '',
    ...fileLines(files),
  ];
  return parts.flatMap((part) => part.split('\n').map((line) => wrapped(line, width))).join('\n');
}
