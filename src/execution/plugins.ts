/**
 * Plug-ins: modules outside this package that add members to the nouns. Each exports `plugin`, lists of members by noun. Their code runs
 * in this process and in every worker; the digest of their file is part of the keys of tasks that use them.
 */

import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { GoalKind, Knowledge } from '../attacks/types.js';
import type { AnyDefence } from '../defences/registry.js';
import { RecauditError } from '../errors.js';
import { sha256 } from '../hash.js';
import { NOUNS, type Plugin, REGISTRIES } from '../registries.js';

function refuse(path: string, expected: string, got: string): RecauditError {
  return new RecauditError(
    'usage',
    `--plugin ${path}: expected ${expected}, got ${got}. See docs/extending.md`,
  );
}

type Noun = (typeof NOUNS)[number];

/** What a member must be able to do: told here, so that nothing runs before a member turns out to be none. */
const METHODS: Readonly<Record<Noun, readonly string[]>> = {
  recommenders: ['fit', 'restore', 'fitCost', 'rankOperations'],
  attacks: ['craft', 'cost'],
  detectors: ['score', 'cost'],
  defences: ['protect'],
};

const GOALS: readonly unknown[] = ['push', 'nuke', 'segment', 'untargeted'] satisfies GoalKind[];
const KNOWLEDGE: readonly unknown[] = ['nothing', 'popularity', 'interactions'] satisfies Knowledge[];

/** What is wrong with a member, and what it should be; null where nothing is. */
function problemOf(noun: Noun, member: Record<string, unknown>): readonly [string, string] | null {
  const { version, options, defaults, goals, knowledge } = member;
  const isTable = (value: unknown) => typeof value === 'object' && value !== null;
  if (!Number.isSafeInteger(version)) return ['a version that is a whole number', String(version)];
  if (!isTable(options)) return ['a table of options', String(options)];
  if (!isTable(defaults)) return ['defaults of its options', String(defaults)];
  const missing = METHODS[noun].find((name) => typeof member[name] !== 'function');
  if (missing !== undefined) return [`a function ${missing}`, String(member[missing])];
  if (noun !== 'attacks') return null;
  if (!KNOWLEDGE.includes(knowledge)) return [`knowledge of ${KNOWLEDGE.join(', ')}`, String(knowledge)];
  const some = Array.isArray(goals) && goals.length > 0 && goals.every((goal) => GOALS.includes(goal));
  return some ? null : [`goals of ${GOALS.join(', ')}`, String(goals)];
}

interface Traced {
  readonly fingerprint: string;
}

/** A defence whose victims carry the digest of its file too: it describes them by itself, which knows of none. */
function fingerprinted(defence: AnyDefence & Traced): AnyDefence {
  const protect: AnyDefence['protect'] = (victim, options) => {
    const made = defence.protect(victim, options);
    return { ...made, fingerprint: [made.fingerprint, defence.fingerprint].filter(Boolean).join(' ') };
  };
  return { ...defence, protect };
}

/** The members of one noun, each with the digest of the file. */
function membersOf(path: string, noun: Noun, members: unknown, fingerprint: string): readonly object[] {
  if (members === undefined) return [];
  if (!Array.isArray(members)) throw refuse(path, `a list of ${noun}`, typeof members);
  return members.map((member) => {
    const { name } = (member ?? {}) as Record<string, unknown>;
    const named = typeof name === 'string' && /^[a-z][a-z0-9-]*$/.test(name);
    if (!named) throw refuse(path, `${noun} with names of lower-case words and hyphens`, `"${name}"`);
    if (Object.hasOwn(REGISTRIES[noun], name))
      throw refuse(path, 'names that are not taken', `"${name}", which is one of recaudit's ${noun}`);
    const own = { presets: {}, source: path, title: name, ...member, fingerprint };
    const problem = problemOf(noun, own);
    if (problem !== null) throw refuse(path, `${name} with ${problem[0]}`, problem[1]);
    return noun === 'defences' ? fingerprinted(own as unknown as AnyDefence & Traced) : own;
  });
}

async function loadPlugin(path: string): Promise<Plugin> {
  const absolute = resolve(path);
  let module: Record<string, unknown>;
  let fingerprint: string;
  try {
    fingerprint = sha256([readFileSync(absolute)]).slice(0, 16);
    module = (await import(pathToFileURL(absolute).href)) as Record<string, unknown>;
  } catch (cause) {
    const missing = (cause as NodeJS.ErrnoException).code === 'ENOENT';
    throw refuse(path, 'a JavaScript module', missing ? 'no such file' : (cause as Error).message);
  }
  const { plugin } = module;
  if (typeof plugin !== 'object' || plugin === null)
    throw refuse(path, 'a module that exports plugin', Object.keys(module).join(', ') || 'no export');
  const unknown = Object.keys(plugin).find((noun) => !(NOUNS as readonly string[]).includes(noun));
  if (unknown !== undefined) throw refuse(path, `lists of ${NOUNS.join(', ')}`, `"${unknown}"`);
  const lists = plugin as Record<string, unknown>;
  return Object.fromEntries(
    NOUNS.map((noun) => [noun, membersOf(path, noun, lists[noun], fingerprint)]),
  ) as Plugin;
}

/**
 * @throws RecauditError('usage') for a file that is no plug-in
 * @example await loadPlugins(['./my-attack.js'])
 */
export async function loadPlugins(paths: readonly string[]): Promise<Plugin[]> {
  return Promise.all(paths.map(loadPlugin));
}
