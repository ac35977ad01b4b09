// A recommender of one's own, as recaudit runs it: items like those the user clicked, by cosine similarity. No dependency.
//
//     node recommend.mjs TRAIN USERS OUT --k 10
//
// TRAIN is a CSV with the columns user and item first (others are not used), USERS one with the column user, OUT is
// written: user,item,rank. Ids are text: 07 and 7 are two.
import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { k: { type: 'string', default: '10' }, neighbours: { type: 'string', default: '50' } },
});
const [trainPath, usersPath, outPath] = positionals;
const k = Number(values.k);

/** The records of a CSV file below its header; fields may be quoted. */
function records(path) {
  const found = [];
  let record = [];
  const field = /(?:"((?:[^"]|"")*)"|([^",\n]*))(,|\n|$)/y;
  const text = readFileSync(path, 'utf8');
  while (field.lastIndex < text.length) {
    const [, quoted, plain, end] = field.exec(text);
    record.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'));
    if (end === ',') continue;
    found.push(record);
    record = [];
  }
  return found.slice(1);
}

const csvField = (text) => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

/** Key to the set of what was added to it. */
function group(pairs) {
  const groups = new Map();
  for (const [key, value] of pairs) {
    if (!groups.has(key)) groups.set(key, new Set());
    groups.get(key).add(value);
  }
  return groups;
}

/** Best first; ties by id, so that the order of the training file is of no account. */
const byScore = ([a, x], [b, y]) => y - x || (a < b ? -1 : 1);

/** The most similar items of each item: common users / sqrt(users of one x users of the other). */
function neighboursOf(itemUsers, userItems, count) {
  const neighbours = new Map();
  for (const [item, users] of itemUsers) {
    const common = new Map();
    for (const user of users)
      for (const other of userItems.get(user))
        if (other !== item) common.set(other, (common.get(other) ?? 0) + 1);
    const similar = Array.from(common, ([other, n]) => [
      other,
      n / Math.sqrt(users.size * itemUsers.get(other).size),
    ]);
    neighbours.set(item, similar.sort(byScore).slice(0, count));
  }
  return neighbours;
}

/** The k best unseen items, filled up with popular ones: a list must be full. */
function recommend(seen, neighbours, popular) {
  const scores = new Map();
  for (const item of seen)
    for (const [other, similarity] of neighbours.get(item))
      if (!seen.has(other)) scores.set(other, (scores.get(other) ?? 0) + similarity);
  const best = [...scores].sort(byScore).map(([item]) => item);
  const rest = popular.filter((item) => !seen.has(item) && !scores.has(item));
  return [...best, ...rest].slice(0, k);
}

const clicks = records(trainPath);
const userItems = group(clicks);
const itemUsers = group(clicks.map(([user, item]) => [item, user]));
const neighbours = neighboursOf(itemUsers, userItems, Number(values.neighbours));
const popular = Array.from(itemUsers, ([item, users]) => [item, users.size])
  .sort(byScore)
  .map(([item]) => item);
const lines = records(usersPath).flatMap(([user]) => {
  const items = recommend(userItems.get(user) ?? new Set(), neighbours, popular);
  return items.map((item, place) => `${csvField(user)},${csvField(item)},${place + 1}\n`);
});
writeFileSync(outPath, `user,item,rank\n${lines.join('')}`);
