// Writes what `--help` needs, and the JSON Schema of every command, as plain files: building the schemas takes longer
// than a terminal should wait for its first line.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { COMMANDS } from '../dist/config/commands.js';
import { describeCommands, jsonSchema } from '../dist/config/describe.js';

const dist = join(dirname(fileURLToPath(import.meta.url)), '..', 'dist');
const schemas = join(dist, 'schema');
mkdirSync(schemas, { recursive: true });
writeFileSync(join(dist, 'cli', 'commands.json'), JSON.stringify(describeCommands()));
for (const name of Object.keys(COMMANDS)) {
  const file = join(schemas, `${name.replaceAll(' ', '-')}.json`);
  writeFileSync(file, `${JSON.stringify(jsonSchema(name), null, 2)}\n`);
}
