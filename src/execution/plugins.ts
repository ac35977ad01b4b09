/**
 * Plug-ins: modules outside this package that add members to the nouns. Each exports `plugin`, lists of members by noun. Their code runs
 * in this process and in every worker; the digest of their file is part of the keys of tasks that use them.
 */

import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { RecauditError } from '../errors.js';
import { sha256 } from '../hash.js';
import { NOUNS, type Plugin } from '../registries.js';

function refuse(path: string, expected: string, got: string): RecauditError {
  return new RecauditError(
    'usage',
    `--plugin ${path}: expected ${expected}, got ${got}. See docs/extending.md`,
  );
}

/** The members of one noun, each with the digest of the file. */
function membersOf(path: string, noun: string, members: unknown, fingerprint: string): readonly object[] {
  if (members === undefined) return [];
  if (!Array.isArray(members)) throw refuse(path, `a list of ${noun}`, typeof members);
  return members.map((member) => {
    const { name, version, options, defaults } = (member ?? {}) as Record<string, unknown>;
    const named = typeof name === 'string' && /^[a-z][a-z0-9-]*$/.test(name);
    if (!named) throw refuse(path, `${noun} with names of lower-case words and hyphens`, `"${name}"`);
    if (!Number.isSafeInteger(version) || typeof options !== 'object' || typeof defaults !== 'object')
      throw refuse(path, `${name} with a whole version, a table of options and defaults`, 'another member');
    return { presets: {}, source: path, title: name, ...member, fingerprint };
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
