// Writes the JSON Schemas of what recaudit writes and prints, from their TypeScript types.
// Run it after a change of such a type: npm run schema. With --print FILE it writes that one to standard output instead.
import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createGenerator } from 'ts-json-schema-generator';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');

const SCHEMAS = {
  'report.schema.json': {
    path: 'src/audit/report-document.ts',
    type: 'ReportDocument',
    title: 'recaudit report.json',
  },
  'output.schema.json': {
    path: 'src/cli/output.ts',
    type: 'Output',
    title: 'what recaudit audit --json, report --json, detect --json and explain --json print',
  },
};

function schemaText({ path, type, title }) {
  const generator = createGenerator({
    path: join(root, path),
    tsconfig: join(root, 'tsconfig.json'),
    type,
    topRef: false,
    skipTypeCheck: true,
  });
  const { $schema, ...schema } = generator.createSchema(type);
  return `${JSON.stringify({ $schema, title, ...schema }, null, 2)}\n`;
}

const [option, file] = process.argv.slice(2);
if (option === '--print') process.stdout.write(schemaText(SCHEMAS[file]));
else
  for (const [name, schema] of Object.entries(SCHEMAS)) writeFileSync(join(root, name), schemaText(schema));
