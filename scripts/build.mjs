// Builds the package: TypeScript -> dist/, the command table -> dist/cli/commands.json, AssemblyScript ->
// dist/kernels/wasm/*.wasm, C++ -> native/build (scripts/native.mjs).
// `--prepare` is npm's hook after an install: without the development tools (a production install
// from a checkout) it keeps an existing dist/ and says so instead of failing half-way.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const bin = (name, entry) => join(root, 'node_modules', name, entry);
const tsc = bin('typescript', 'bin/tsc');
const asc = bin('assemblyscript', 'bin/asc.js');

if (process.argv.includes('--prepare') && !existsSync(tsc)) {
  if (!existsSync(join(root, 'dist', 'index.js'))) {
    console.error(
      'recaudit: built files are missing and the development tools are not installed. Run `npm ci`.',
    );
    process.exit(1);
  }
  process.exit(0);
}

function run(script, args) {
  const result = spawnSync(process.execPath, [script, ...args], { cwd: root, stdio: 'inherit' });
  if (result.status !== 0) process.exit(result.status ?? 1);
}

run(tsc, ['-p', 'tsconfig.json']);
run(join(root, 'scripts', 'describe-commands.mjs'), []);

const entry = join(root, 'assembly', 'index.ts');
if (existsSync(entry)) {
  const out = join(root, 'dist', 'kernels', 'wasm');
  mkdirSync(out, { recursive: true });
  const common = [
    'assembly/index.ts',
    '--runtime',
    'stub',
    '--noAssert',
    '-O3',
    '--converge',
    '--enable',
    'simd',
    '--enable',
    'threads',
    '--importMemory',
    '--sharedMemory',
    '--initialMemory',
    '16',
    '--maximumMemory',
    '65536',
  ];
  run(asc, [...common, '-o', join(out, 'simd.wasm')]);
  run(asc, [...common, '--enable', 'relaxed-simd', '--use', 'FMA=1', '-o', join(out, 'fma.wasm')]);
}

// An install has tried to build the native kernels already (the script `install`), and said so where it could not.
if (!process.argv.includes('--prepare')) await import('./native.mjs');
