/** `recaudit attacks`: the attacks, what they know and want, and their options. */

import type { AnyAttack } from '../../attacks/registry.js';
import type { RawOptions } from '../../config/parse.js';
import { runNounCommand } from '../noun-command.js';

export async function run(raw: RawOptions): Promise<void> {
  await runNounCommand<AnyAttack>(raw, {
    command: 'attacks',
    noun: 'attack',
    registry: ({ attacks }) => attacks,
    columns: [
      ['goals', ({ goals }) => goals.join(', ')],
      ['knowledge', ({ knowledge }) => knowledge],
    ],
    hint: 'recaudit audit --attack NAME,... measures them, each against controls at equal cost; --set NAME.OPTION=VALUE changes an option.\nrecaudit attacks NAME shows the options. knowledge is what an attack is told of the training data: nothing but its size, the\npopularity of the items too, or all interactions.',
  });
}
