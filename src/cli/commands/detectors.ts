/** `recaudit detectors`: what tells fake users from real ones, and their options. */

import type { RawOptions } from '../../config/parse.js';
import type { AnyDetector } from '../../detectors/registry.js';
import { runNounCommand } from '../noun-command.js';

export async function run(raw: RawOptions): Promise<void> {
  await runNounCommand<AnyDetector>(raw, {
    command: 'detectors',
    noun: 'detector',
    registry: ({ detectors }) => detectors,
    columns: [
      ['kind', ({ kind = 'method' }) => kind],
      [
        'reads',
        ({ reads }) => (reads === 'originals' ? 'interactions, ratings, timestamps' : 'interactions'),
      ],
      ['needs', ({ needs }) => (needs === 'knownFakes' ? 'known fakes' : 'nothing else')],
    ],
    hint: 'A floor is a yardstick, and no recommendation. docs/detectors.md says what each method finds and misses. recaudit detectors NAME shows the options. recaudit detect FILE --detector NAME runs one.',
  });
}
