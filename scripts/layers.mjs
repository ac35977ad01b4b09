// The layers of src/, in order: each imports only from those above it. The one list behind the linter's rules
// (biome.layers.json, which this script writes: npm run layers), docs/architecture.md's picture and test/cli/layers.test.ts.
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');

/**
 * `node`: what a layer may use of Node. `none`: nothing, so that it also runs in a browser; `all`: everything. `also` widens this
 * for some of its files, which the rest reaches through an interface.
 */
export const LAYERS = [
  { name: 'errors', file: true, node: 'none' },
  { name: 'rng', file: true, node: 'none' },
  { name: 'hash', file: true, node: 'none' },
  { name: 'canonical-json', file: true, node: 'none' },
  { name: 'text', node: 'none' },
  { name: 'options', file: true, node: 'none' },
  { name: 'described', file: true, node: 'none' },
  { name: 'kernels', node: 'none', also: ['src/kernels/wasm/host/**'] },
  { name: 'compute', file: true, node: 'none' },
  { name: 'autodiff', node: 'none' },
  { name: 'data', node: 'none', also: ['src/data/files/**'] },
  { name: 'metrics', node: 'none' },
  { name: 'recommenders', node: 'none' },
  { name: 'hypergradient', node: 'none' },
  { name: 'verification', node: 'none' },
  { name: 'attacks', node: 'none' },
  { name: 'detectors', node: 'none' },
  { name: 'defences', node: 'none' },
  { name: 'registries', file: true, node: 'none' },
  { name: 'audit', node: 'none' },
  { name: 'detection', node: 'none' },
  { name: 'explain', node: 'none' },
  { name: 'report', node: 'none' },
  { name: 'reproduction', node: 'none' },
  { name: 'config', node: 'none' },
  { name: 'execution', node: 'all' },
  { name: 'cli', node: 'all' },
];

/** Parts of a layer with an order of their own: files that match `files` import none of `not`. */
export const PARTS = [
  {
    layer: 'recommenders',
    files: [
      'src/recommenders/fitted/**',
      'src/recommenders/neighbours/**',
      'src/recommenders/sampling/**',
      'src/recommenders/training/**',
    ],
    not: [
      '**/{bpr-mf,ease,item-ae,light-gcn,mult-vae,ncf,wrmf-als,wrmf}/**',
      '../{registry,cml,item-cf,user-knn,popularity}.js',
    ],
    message: 'What several recommenders share knows none of them (docs/architecture.md).',
  },
  {
    layer: 'audit',
    files: ['src/audit/plan/**', 'src/audit/run/**'],
    not: ['**/audit/{summary,verdict}/**', '../{summary,verdict}/**'],
    message: 'A plan and a run know nothing of what is made of their results (docs/architecture.md).',
  },
];

const NODE_MESSAGE =
  'Only src/data/files, src/kernels/wasm/host, execution and cli use Node: the engine also runs in a browser (docs/architecture.md).';

const NODE_GLOBALS = Object.fromEntries(
  ['Buffer', 'process', '__dirname', 'setImmediate', 'global'].map((name) => [name, NODE_MESSAGE]),
);

function restrictions(index, node, more = []) {
  const below = LAYERS.slice(index + 1);
  const files = below.filter(({ file }) => file).map(({ name }) => name);
  const folders = below.filter(({ file }) => !file).map(({ name }) => name);
  const patterns = [
    ...(folders.length + files.length === 0
      ? []
      : [
          {
            group: [
              ...(folders.length === 0 ? [] : [`**/${braces(folders)}/**`]),
              ...files.flatMap((name) => [
                `./${name}.js`,
                ...['../', '../../', '../../../'].map((up) => `${up}${name}.js`),
              ]),
            ],
            message: `src/${LAYERS[index].name} may not import from a layer below it (docs/architecture.md).`,
          },
        ]),
    ...more,
    ...(node === 'all' ? [] : [{ group: ['node:*', 'node:*/**'], message: NODE_MESSAGE }]),
  ];
  return {
    linter: {
      rules: {
        style: {
          noRestrictedImports: patterns.length === 0 ? 'off' : { level: 'error', options: { patterns } },
          noRestrictedGlobals:
            node === 'all' ? 'off' : { level: 'error', options: { deniedGlobals: NODE_GLOBALS } },
        },
      },
    },
  };
}

const braces = (names) => (names.length === 1 ? names[0] : `{${names.join(',')}}`);

export function linterRules() {
  const overrides = LAYERS.flatMap(({ name, file, node, also }, index) => [
    { includes: [file ? `src/${name}.ts` : `src/${name}/**`], ...restrictions(index, node) },
    ...(also === undefined ? [] : [{ includes: also, ...restrictions(index, 'all') }]),
    ...PARTS.filter(({ layer }) => layer === name).map(({ files, not, message }) => ({
      includes: files,
      ...restrictions(index, node, [{ group: not, message }]),
    })),
  ]);
  return `${JSON.stringify({ overrides }, null, 2)}\n`;
}

const target = join(root, 'biome.layers.json');
if (process.argv[1] === fileURLToPath(import.meta.url)) {
  if (!process.argv.includes('--check')) writeFileSync(target, linterRules());
  else if (readFileSync(target, 'utf8') !== linterRules()) {
    console.error('biome.layers.json does not match scripts/layers.mjs. Run npm run layers');
    process.exit(1);
  }
}
