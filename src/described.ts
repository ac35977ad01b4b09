/**
 * What the four nouns (recommender, attack, detector, defence) have in common: a name, a version, and one table of options from which
 * validation, help, JSON Schema and error messages derive. A registry holds the members of one noun by name.
 */

import { RecauditError } from './errors.js';
import { type OptionTable, validateOptions } from './options.js';
import { didYouMean } from './text/did-you-mean.js';

export interface Described<Options extends object> {
  /** as the command line and the registry call it: lower-case words joined by hyphens */
  readonly name: string;
  /** what it is, in a few words, e.g. `weighted matrix factorisation, trained with Adam` */
  readonly title: string;
  /** Part of every task key: raise it when the same options give other numbers. */
  readonly version: number;
  readonly options: OptionTable<Options>;
  readonly defaults: Options;
  /** Named changes of the defaults. `synthetic` is for small generated data such as the embedded set. */
  readonly presets: Readonly<Record<string, Partial<Options>>>;
  /** Where it is described: a paper, or the page of docs/ that does. */
  readonly source: string;
  /** Options that bound the work or name a file and change no result by themselves: no part of a task's key. */
  readonly unkeyed?: readonly string[];
  /** Of a member from outside this package: the digest of its file, so that a changed file changes task keys. */
  readonly fingerprint?: string;
}

/** What a task's key holds of a member: its version, and of one from outside its file. */
export function versionOf({
  version,
  fingerprint,
}: Pick<Described<object>, 'version' | 'fingerprint'>): number | string {
  return fingerprint === undefined ? version : `${version} ${fingerprint}`;
}

/** The members of a noun by name. */
export type Registry<Member> = Readonly<Record<string, Member>>;

/**
 * A member by name.
 *
 * @param noun for the error message
 * @throws RecauditError('config') on an unknown name, with the nearest one
 * @example memberNamed('attack', 'learned', ATTACKS).version
 */
export function memberNamed<Member>(noun: string, name: string, registry: Registry<Member>): Member {
  if (Object.hasOwn(registry, name)) return registry[name];
  const names = Object.keys(registry);
  throw new RecauditError(
    'config',
    `${noun}: expected one of ${names.join(', ')}, got "${name}". ${didYouMean(name, names)}Choose one of these.`,
  );
}

/**
 * A registry with more members.
 *
 * @throws RecauditError('usage') where a name is taken
 * @example withMembers('attack', ATTACKS, [myAttack])
 */
export function withMembers<Member extends { readonly name: string }>(
  noun: string,
  registry: Registry<Member>,
  added: readonly Member[],
): Registry<Member> {
  const members: Record<string, Member> = { ...registry };
  for (const member of added) {
    if (Object.hasOwn(members, member.name))
      throw new RecauditError(
        'usage',
        `${noun}: expected a name that is not taken, got "${member.name}". Choose another.`,
      );
    members[member.name] = member;
  }
  return members;
}

/** The options without those that change no result: what a task's key is made of. */
export function keyedOptions({ unkeyed = [] }: Pick<Described<object>, 'unkeyed'>, options: object): object {
  return Object.fromEntries(Object.entries(options).filter(([name]) => !unkeyed.includes(name)));
}

/**
 * The defaults, then a preset's changes, then the given ones; checked.
 *
 * @throws RecauditError('config') on an unknown preset, an unknown option or a value out of range
 * @example optionsOf(wrmf, { factors: 64 }, 'synthetic')
 */
export function optionsOf<Options extends object>(
  { name, options, defaults, presets }: Described<Options>,
  given: Partial<Options> = {},
  preset: string | null = null,
): Options {
  const changes = preset === null ? {} : memberNamed(`preset of ${name}`, preset, presets);
  const resolved: Options = { ...defaults, ...changes, ...given };
  validateOptions(name, options, resolved);
  return resolved;
}
