// Writes report.schema.json, the JSON Schema of an audit's report.json, from its TypeScript type.
// Run it after a change of that type: npm run schema. With --print it writes to standard output instead.
import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createGenerator } from 'ts-json-schema-generator';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');

const type = 'ReportDocument';
const generator = createGenerator({
  path: join(root, 'src/audit/summary.ts'),
  tsconfig: join(root, 'tsconfig.json'),
  type,
  topRef: false,
  skipTypeCheck: true,
});
const { $schema, ...schema } = generator.createSchema(type);
const text = `${JSON.stringify({ $schema, title: 'recaudit report.json', ...schema }, null, 2)}\n`;
if (process.argv.includes('--print')) process.stdout.write(text);
else writeFileSync(join(root, 'report.schema.json'), text);
