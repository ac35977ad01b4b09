/** The options of `recaudit report`. */

import * as z from 'zod';
import { field, optionalText, toggle } from './field.js';
import { output } from './sections.js';

export const report = {
  runs: field(z.array(z.string().min(1)).min(1), {
    value: '<runs...>',
    help: 'folders of audits (their --out), or report.json files',
    expected: 'one or more folders of audits',
    example: 'recaudit-runs',
    repeatable: true,
    // A path may have a comma.
    read: (path) => [path],
  }),
  run: {
    out: optionalText({
      value: '<file>',
      help: 'write the page here',
      defaultText:
        'report.html beside the stored report; recaudit-report.html for several; with --json none is written',
      expected: 'a file that can be written',
      example: 'report.html',
    }),
    open: toggle('open the page with what this computer opens web pages with'),
    ...output,
  },
};
