import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import { transpile } from 'typescript';

// This checkout over HTTP as a browser needs it: what a bundler does, done by hand. Module names become addresses (an import
// map would not reach workers), the tests' TypeScript loses its types, and the one package that is no module becomes one.

const root = join(import.meta.dirname, '../..');
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

/** What the compute layers import beside files: a package without a place here fails to load, and so does Node. */
const PLACES: [RegExp, string][] = [
  [/^#wasm-host$/, manifest.imports['#wasm-host'].default.slice(1)],
  [/^@noble\/hashes\//, '/node_modules/@noble/hashes/'],
  [/^leven$/, '/node_modules/leven/index.js'],
  [/^jstat$/, '/node_modules/jstat/dist/jstat.js'],
];

const TYPES: Record<string, string> = { '.js': 'text/javascript', '.wasm': 'application/wasm' };

function addressOf(name: string): string {
  const place = PLACES.find(([pattern]) => pattern.test(name));
  return place === undefined ? name : name.replace(...place);
}

function contentOf(path: string): string | Buffer {
  if (path === '/') return '<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,">';
  if (extname(path) === '.wasm') return readFileSync(join(root, path));
  const isTest = path.startsWith('/test/');
  const source = readFileSync(join(root, isTest ? path.replace(/\.js$/, '.ts') : path), 'utf8');
  if (path === addressOf('jstat'))
    return `const module = { exports: {} }, { exports } = module;${source}\nexport default module.exports;`;
  const code = isTest ? transpile(source, { target: 9, module: 99, verbatimModuleSyntax: true }) : source;
  return code.replace(/\b(from|import) '([^']+)'/g, (_, word, name) => `${word} '${addressOf(name)}'`);
}

/** @param isolated whether pages may share memory with their workers */
export async function serveCheckout(isolated: boolean): Promise<{ url: string; server: Server }> {
  const headers = isolated
    ? { 'cross-origin-opener-policy': 'same-origin', 'cross-origin-embedder-policy': 'require-corp' }
    : {};
  const server = createServer(({ url = '/' }, response) => {
    try {
      const content = contentOf(url);
      response
        .writeHead(200, { ...headers, 'content-type': TYPES[extname(url)] ?? 'text/html' })
        .end(content);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, server };
}
