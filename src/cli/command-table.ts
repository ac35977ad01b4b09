/** The description of every command, as written by the build from the schemas in `src/config`. */

import { readFileSync } from 'node:fs';
import type { CommandDescription } from '../config/describe.js';

let table: readonly CommandDescription[] | undefined;

export function commandTable(): readonly CommandDescription[] {
  table ??= JSON.parse(readFileSync(new URL('./commands.json', import.meta.url), 'utf8'));
  return table as readonly CommandDescription[];
}
