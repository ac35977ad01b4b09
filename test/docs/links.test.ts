import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

// Relative links of the pages lead to files that exist, and to headings that exist in them.

const root = join(import.meta.dirname, '../..');

/** A page without its code, where brackets are no links. */
function prose(markdown: string): string {
  return markdown
    .replace(/^(```|~~~)[\s\S]*?^\1/gm, '')
    .replace(/^ {4}.*$/gm, '')
    .replace(/`[^`\n]*`/g, (code) => code.replace(/[[\]()]/g, ' '));
}

/** The anchor that a heading gets on the pages of a repository. */
function anchorOf(heading: string): string {
  return heading
    .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .trim()
    .replace(/\s/g, '-');
}

function anchorsOf(markdown: string): Set<string> {
  const seen = new Map<string, number>();
  const anchors = new Set<string>();
  for (const [, heading] of markdown
    .replace(/^(```|~~~)[\s\S]*?^\1/gm, '')
    .matchAll(/^#{1,6} +(.+?) *#*$/gm)) {
    const anchor = anchorOf(heading);
    const again = seen.get(anchor) ?? 0;
    seen.set(anchor, again + 1);
    anchors.add(again === 0 ? anchor : `${anchor}-${again}`);
  }
  return anchors;
}

/** Where a page's links and images lead, without those to other sites. */
function targetsOf(markdown: string): string[] {
  const text = prose(markdown);
  const inline = [...text.matchAll(/\]\(\s*<?([^)\s>]+)>?(?:\s+"[^"]*")?\s*\)/g)];
  const defined = [...text.matchAll(/^\[[^\]]+\]:\s*<?([^\s>]+)>?/gm)];
  return [...inline, ...defined]
    .map(([, target]) => target)
    .filter((target) => !/^[a-z][a-z+.-]*:/i.test(target));
}

/** What is wrong with a page's links. */
function brokenLinks(page: string, markdown: string): string[] {
  return targetsOf(markdown).flatMap((target) => {
    const [path, anchor] = decodeURIComponent(target).split('#');
    const file = path === '' ? page : resolve(dirname(page), path);
    if (!existsSync(file)) return [`${target}: no such file`];
    if (anchor === undefined || anchor === '') return [];
    if (!file.endsWith('.md') || statSync(file).isDirectory()) return [`${target}: no page with headings`];
    const text = file === page ? markdown : readFileSync(file, 'utf8');
    return anchorsOf(text).has(anchor) ? [] : [`${target}: no such heading`];
  });
}

function pagesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => join(folder, name));
}

const pages = [
  ...['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md'].map((name) => join(root, name)),
  ...pagesBelow(join(root, 'docs')),
];

describe('links', () => {
  it.each(pages.map((page) => relative(root, page)))('%s', (name) => {
    const page = join(root, name);
    expect(brokenLinks(page, readFileSync(page, 'utf8'))).toEqual([]);
  });

  it('are looked for', () => {
    const links = pages.flatMap((page) => targetsOf(readFileSync(page, 'utf8')));
    expect(links.length).toBeGreaterThan(50);
    expect(links.filter((link) => link.includes('#')).length).toBeGreaterThan(5);
  });

  it('are told where they are broken', () => {
    const page = join(root, 'docs/glossary.md');
    const text = [
      '# Here',
      'A [file](no-such-page.md), a [heading](#nowhere), a [heading there](../README.md#nowhere),',
      '![a picture](images/none.png), a [good one](#here), [another](../README.md#first-run),',
      '[a site](https://example.org/none), and `[no link](none.md)`.',
      '',
      '    [code](none.md)',
    ].join('\n');
    expect(brokenLinks(page, text)).toEqual([
      'no-such-page.md: no such file',
      '#nowhere: no such heading',
      '../README.md#nowhere: no such heading',
      'images/none.png: no such file',
    ]);
  });
});
