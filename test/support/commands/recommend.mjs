// A recommender by clicks as a command, and the ways in which a command can go wrong, by name:
// node recommend.mjs MODE {train} {users} {out} {k} [FILE]
import { spawn } from 'node:child_process';
import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

const [mode, trainPath, usersPath, outPath, kText, extra] = process.argv.slice(2);

const lines = (path) => readFileSync(path, 'utf8').trimEnd().split('\n').slice(1);

function lists() {
  const clicks = new Map();
  const seen = new Map();
  for (const line of lines(trainPath)) {
    const [user, item] = line.split(',');
    clicks.set(item, (clicks.get(item) ?? 0) + 1);
    if (!seen.has(user)) seen.set(user, new Set());
    seen.get(user).add(item);
  }
  const order = [...clicks.keys()].sort((a, b) => clicks.get(b) - clicks.get(a) || (a < b ? -1 : 1));
  return lines(usersPath).map((user) => ({
    user,
    items: order.filter((item) => !seen.get(user)?.has(item)).slice(0, Number(kText)),
    seen: [...(seen.get(user) ?? [])],
  }));
}

const rows = (all) => all.flatMap(({ user, items }) => items.map((item, n) => `${user},${item},${n + 1}\n`));
const write = (all) => writeFileSync(outPath, `user,item,rank\n${rows(all).join('')}`);
const good = () => write(lists());
const beat = (file) => setInterval(() => appendFileSync(file, '.'), 20);
const grandchild = (grandMode, options) =>
  spawn(process.execPath, [process.argv[1], grandMode, '', '', '', '', extra], options);

const MODES = {
  good,
  // Recommends to every user of the training file, fake ones too.
  everyone() {
    const users = new Set(lines(trainPath).map((line) => line.split(',')[0]));
    writeFileSync(usersPath, `user\n${[...users].join('\n')}\n`);
    good();
  },
  crash() {
    console.log('loading');
    console.error('Traceback (most recent):\n  \u001b[31mValueError\u001b[0m: shapes do not match');
    process.exit(3);
  },
  goodButFails() {
    good();
    process.exit(1);
  },
  killsItself: () => process.kill(process.pid, 'SIGKILL'),
  hang() {
    beat(extra);
    console.error('still waiting');
  },
  hangDeaf() {
    process.on('SIGTERM', () => console.error('asked to end, and will not'));
    MODES.hang();
  },
  // A hundred megabytes, in lines.
  noise() {
    const block = Buffer.from(`${'x'.repeat(99)}\n`.repeat(10_000));
    for (let n = 0; n < 100; n++) writeSync(2, block);
    console.error('the end of it');
    process.exit(1);
  },
  closesStdout() {
    process.stdout.end();
    process.stdout.destroy();
    good();
  },
  leavesGrandchild() {
    grandchild('hang', { stdio: 'inherit' }).unref();
    good();
    while (!existsSync(extra));
    process.exit(0);
  },
  // A process in a session of its own, which holds the output open until FILE is there.
  leavesDaemon() {
    grandchild('untilFile', { stdio: 'inherit', detached: true }).unref();
    good();
    process.exit(0);
  },
  // Ends with its test's folder too: nothing must be left running.
  untilFile: () =>
    setInterval(() => (existsSync(extra) || !existsSync(dirname(extra))) && process.exit(0), 20),
  writesNothing() {},
  writesFolder: () => mkdirSync(outPath),
  writesEmpty: () => writeFileSync(outPath, ''),
  writesHeaderAlone: () => write([]),
  writesHalf: () => writeFileSync(outPath, `user,item,rank\n${rows(lists()).join('').slice(0, -4)}`),
  forgetsUsers: () => write(lists().slice(2)),
  seenItem: () => write(lists().map((list) => ({ ...list, items: [list.seen[0], ...list.items.slice(1)] }))),
  unknownItem: () => write(lists().map((list) => ({ ...list, items: ['nothing', ...list.items.slice(1)] }))),
  duplicate: () => write(lists().map((list) => ({ ...list, items: list.items.map(() => list.items[0]) }))),
};

MODES[mode]();
