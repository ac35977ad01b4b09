/** `recaudit defences`: what makes a recommender harder to attack, and their options. */

import type { RawOptions } from '../../config/parse.js';
import type { AnyDefence } from '../../defences/registry.js';
import { runNounCommand } from '../noun-command.js';

export async function run(raw: RawOptions): Promise<void> {
  await runNounCommand<AnyDefence>(raw, {
    command: 'defences',
    noun: 'defence',
    registry: ({ defences }) => defences,
    columns: [['works on', ({ dataSide }) => (dataSide ? 'any model, a command too' : 'models of recaudit')]],
    hint: 'recaudit defences NAME shows the options. The library calls them: defenceNamed(NAME).protect(victim, options) is a victim too.',
  });
}
