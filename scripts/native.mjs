// Builds the native kernels (native/ -> native/build/Release/recaudit_kernels.node) with the node-gyp that npm brings, where
// a C++ compiler is there. It never fails an install: without them recaudit computes in WebAssembly, and one line says so.
// RECAUDIT_NATIVE=off leaves them out. `--force` builds even if nothing has changed.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const native = join(root, 'native');
const build = join(native, 'build');
const addon = join(build, 'Release', 'recaudit_kernels.node');
const PATIENCE_MILLISECONDS = 180_000;

/** The constants that both sides share, as a C++ header: from the sources, or in an installed package from dist/. */
const layouts = ['src/kernels/wasm/layout.ts', 'dist/kernels/wasm/layout.js'].map((file) => join(root, file));

function header(source) {
  const constants = source.matchAll(/^export const ([A-Z0-9_]+) = (\d+);$/gm);
  const lines = Array.from(constants, ([, name, value]) => `constexpr int ${name} = ${value};`);
  return `// Made by scripts/native.mjs from layout.ts.\n#pragma once\n${lines.join('\n')}\n`;
}

/** node-gyp: the one npm names to its scripts, or the one beside the running Node's npm. */
function findNodeGyp() {
  const prefix = dirname(dirname(process.execPath));
  const inside = join('npm', 'node_modules', 'node-gyp', 'bin', 'node-gyp.js');
  const places = [join(prefix, 'lib', 'node_modules', inside), join(prefix, 'node_modules', inside)];
  return [process.env.npm_config_node_gyp, ...places].find((file) => file && existsSync(file));
}

function upToDate() {
  if (!existsSync(addon)) return false;
  const built = statSync(addon).mtimeMs;
  const files = readdirSync(native).filter((name) => /\.(cc|h|gyp)$/.test(name) && name !== 'layout.h');
  const sources = files.map((name) => join(native, name)).concat(layouts.filter(existsSync).slice(0, 1));
  return sources.every((file) => statSync(file).mtimeMs <= built);
}

/** Why there are no native kernels, or null once they are built. */
function buildNative() {
  if (process.platform === 'win32') return 'they need GCC or Clang';
  if (!['x64', 'arm64'].includes(process.arch)) return `there are none for ${process.arch}`;
  const nodeGyp = findNodeGyp();
  if (nodeGyp === undefined) return 'node-gyp was not found';
  mkdirSync(build, { recursive: true });
  writeFileSync(join(native, 'layout.h'), header(readFileSync(layouts.find(existsSync), 'utf8')));
  // The headers of the running Node spare a download, where it has them.
  const prefix = dirname(dirname(process.execPath));
  const own = existsSync(join(prefix, 'include', 'node', 'node_api.h')) ? [`--nodedir=${prefix}`] : [];
  const result = spawnSync(process.execPath, [nodeGyp, 'rebuild', ...own], {
    cwd: native,
    encoding: 'utf8',
    timeout: PATIENCE_MILLISECONDS,
  });
  if (result.status === 0 && existsSync(addon)) return null;
  const log = join(native, 'build.log');
  writeFileSync(log, `${result.stdout}${result.stderr}${result.error ?? ''}\n`);
  return `node-gyp could not build them, see ${log}`;
}

function reasonForNone() {
  try {
    return buildNative();
  } catch (error) {
    return error.message;
  }
}

const off = process.env.RECAUDIT_NATIVE === 'off';
if (!off && (process.argv.includes('--force') || !upToDate())) {
  const reason = reasonForNone();
  if (reason !== null)
    console.error(`recaudit: no native kernels (${reason}); it computes in WebAssembly instead.`);
}
