/** Where the ratings and timestamps of fake clicks come from, in words. */

import type { RatingRule, TimeRule } from '../../attacks/fake-values.js';
import type { AuditConfig } from '../types.js';

const RATINGS: Record<RatingRule, string> = {
  goal: "the targets' ratings are the highest of the training data, another item's is one of its own real ratings (of an item that nobody rated, one of any item's)",
  drawn:
    "each rating is one of the item's own real ratings (of an item that nobody rated, one of any item's)",
};

const TIMES: Record<TimeRule, string> = {
  sessions: "each fake user's timestamps are drawn from those of one real user",
  period: 'timestamps are drawn evenly from the period of the training data',
  recent: 'timestamps are drawn evenly from the last tenth of the period of the training data',
};

/** What every attack of the list came with. */
function givenWords({ attacks, fakeValues = {} }: Pick<AuditConfig, 'attacks' | 'fakeValues'>): string[] {
  return attacks.flatMap(({ name, label = name, givenValues = {} }) => {
    const own = (['ratings', 'timestamps'] as const).filter(
      (column) => fakeValues[column] !== undefined && givenValues[column] !== undefined,
    );
    return own.length === 0 ? [] : [`The ${own.join(' and ')} of ${label} are those of its file.`];
  });
}

/**
 * Sentences for a report; none where the data have neither ratings nor timestamps.
 *
 * @example fakeValuesInWords(report.config).join(' ')
 */
export function fakeValuesInWords(config: Pick<AuditConfig, 'attacks' | 'fakeValues'>): string[] {
  const { ratings, timestamps } = config.fakeValues ?? {};
  if (!ratings && !timestamps) return [];
  const drawn = (column: 'ratings' | 'timestamps') =>
    config.attacks.some(
      ({ givenValues, controls }) => givenValues?.[column] === undefined || controls.length > 0,
    );
  const rules = [
    ...(ratings && drawn('ratings') ? [RATINGS[ratings]] : []),
    ...(timestamps && drawn('timestamps') ? [TIMES[timestamps]] : []),
  ];
  return [
    ...(rules.length > 0 ? [`Of fake clicks that are drawn, ${rules.join('; ')}.`] : []),
    ...givenWords(config),
    'Only a command as the victim, and the files of the profiles, have these values.',
  ];
}
