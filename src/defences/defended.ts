/**
 * What a defended victim says of itself: its name, version and options, of the victim and the defence together. What it is not: any
 * defence; it fits nothing.
 *
 *     name      wrmf+click-cap
 *     version   1000 x the victim's + the defence's: 2003 is version 2 of the victim and 3 of the defence
 *     options   the victim's, and the defence's behind its name: factors, ..., click-cap.clicks
 *
 * A task's key is made of these, so it changes with either one's version and options.
 */

import type { Described } from '../described.js';
import { RecauditError } from '../errors.js';
import { type OptionTable, specsOf, validateOptions } from '../options.js';
import type { AnyRecommender } from '../recommenders/registry.js';

const VERSIONS = 1000;

/** Options of a defended victim, told apart. */
export interface SplitOptions<Options> {
  readonly ofVictim: object;
  readonly ofDefence: Options;
}

export interface DefendedDescription<Options extends object> extends Described<object> {
  /** @throws RecauditError `config` for options that are not of this table */
  split(options: object): SplitOptions<Options>;
}

/**
 * @param options of the defence: the defaults of the defended victim, whose presets are the victim's
 * @throws RecauditError `config` for options out of range, a victim that has this defence, or a version too large to be told apart
 * @example describeDefended(clickCap, RECOMMENDERS.wrmf, { clicks: 50 }).name // 'wrmf+click-cap'
 */
export function describeDefended<Options extends object>(
  defence: Described<Options>,
  victim: AnyRecommender,
  options: Options,
): DefendedDescription<Options> {
  validateOptions(defence.name, defence.options, options);
  const prefix = `${defence.name}.`;
  const within = (option: string) => option.startsWith(prefix);
  if (Object.keys(victim.options).some(within))
    throw new RecauditError(
      'config',
      `defence ${defence.name}: expected a victim without it, got ${victim.name}. Protect a victim once.`,
    );
  if (defence.version >= VERSIONS)
    throw new RecauditError(
      'config',
      `defence ${defence.name}: expected a version below ${VERSIONS}, got ${defence.version}. Count versions from 1.`,
    );
  const prefixed = (values: object) =>
    Object.fromEntries(Object.entries(values).map(([name, value]) => [`${prefix}${name}`, value]));
  const name = `${victim.name}+${defence.name}`;
  const chosen = options as Readonly<Record<string, unknown>>;
  const specs = Object.entries(specsOf(defence.options)).map(([option, spec]) => [
    option,
    { ...spec, default: chosen[option] },
  ]);
  const table = { ...victim.options, ...prefixed(Object.fromEntries(specs)) } as OptionTable<object>;
  const unkeyed = [
    ...(victim.unkeyed ?? []),
    ...(defence.unkeyed ?? []).map((option) => `${prefix}${option}`),
  ];
  // Of members from outside this package.
  const fingerprints = [victim.fingerprint, defence.fingerprint].filter((one) => one !== undefined);
  return {
    name,
    title: `${victim.title}; ${defence.title}`,
    source: `${victim.source}; ${defence.source}`,
    version: VERSIONS * victim.version + defence.version,
    options: table,
    defaults: { ...victim.defaults, ...prefixed(options) },
    presets: victim.presets,
    ...(unkeyed.length > 0 && { unkeyed }),
    ...(fingerprints.length > 0 && { fingerprint: fingerprints.join(' ') }),
    split(given) {
      validateOptions(name, table, given);
      const entries = Object.entries(given);
      const own = entries.filter(([option]) => within(option));
      return {
        ofVictim: Object.fromEntries(entries.filter(([option]) => !within(option))),
        ofDefence: Object.fromEntries(
          own.map(([option, value]) => [option.slice(prefix.length), value]),
        ) as Options,
      };
    },
  };
}
