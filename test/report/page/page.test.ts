import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { reportContent, reportPage, type StoredReport } from '../../../dist/report/page/index.js';
import { attribute, type Element, type Parsed, parsed, textOf } from '../../parsed-page.js';
import { brokenDocument, documentOf, FACTS, incompleteDocument } from './fixtures.js';

const page = (document: StoredReport) => reportPage([{ document, facts: FACTS }]);
const headings = ({ elements }: Parsed) =>
  elements
    .filter(({ tagName }) => /^h[1-6]$/.test(tagName))
    .map((h) => [Number(h.tagName[1]), textOf(h)] as const);

describe('the page of an audit', () => {
  const html = page(documentOf());
  const { elements, errors } = parsed(html);

  it('is as it was', async () => {
    // Drawings and style have tests of their own; a tag a line shows what changed.
    const text = html
      .replaceAll(/<svg (id="[^"]*").*?<\/svg>/gs, '<svg $1/>')
      .replaceAll(/base64,[^"]*/g, 'base64,')
      .replace(/sha256-[^']*/, 'sha256-')
      .replace(/<style>.*?<\/style>/s, '<style/>')
      .replaceAll(/(?=<[a-z])/g, '\n');
    await expect(text).toMatchFileSnapshot('snapshots/page.html');
  });

  it('is well-formed, and the same for the same inputs', () => {
    expect(errors).toEqual([]);
    expect(page(documentOf())).toBe(html);
  });

  it('allows its one style sheet by digest, and nothing else', () => {
    const styles = elements.filter(({ tagName }) => tagName === 'style');
    expect(styles).toHaveLength(1);
    const digest = createHash('sha256').update(textOf(styles[0])).digest('base64');
    const policy = elements.find((e) => attribute(e, 'http-equiv') === 'Content-Security-Policy')!;
    expect(attribute(policy, 'content')).toBe(
      `default-src 'none'; style-src 'sha256-${digest}'; base-uri 'none'; form-action 'none'`,
    );
    const head = elements.find(({ tagName }) => tagName === 'head')!;
    const order = head.childNodes.filter((node) => 'attrs' in node);
    expect(order.indexOf(policy)).toBe(1);
  });

  it('loads and runs nothing', () => {
    const tags = new Set(elements.map(({ tagName }) => tagName));
    for (const tag of ['script', 'link', 'img', 'iframe', 'object', 'form', 'image', 'foreignObject', 'use'])
      expect(tags).not.toContain(tag);
    for (const element of elements) {
      for (const { name, value } of element.attrs) {
        expect(name).not.toMatch(/^on|^style$|^src/);
        if (name === 'href')
          expect(value).toMatch(/^(#|data:(text\/csv|image\/svg\+xml);charset=utf-8;base64,)/);
      }
    }
  });

  it('has one heading of the first rank, leaves none out, and names every landmark', () => {
    const ranks = headings({ elements, errors }).map(([rank]) => rank);
    expect(ranks[0]).toBe(1);
    expect(ranks.filter((rank) => rank === 1)).toHaveLength(1);
    ranks.slice(1).forEach((rank, h) => {
      expect(rank - ranks[h]).toBeLessThanOrEqual(1);
    });
    const ids = elements.map((e) => attribute(e, 'id')).filter((id) => id !== undefined);
    expect(new Set(ids).size).toBe(ids.length);
    for (const element of elements) {
      const link = attribute(element, 'href');
      if (link?.startsWith('#')) expect(ids).toContain(link.slice(1));
      for (const name of (attribute(element, 'aria-labelledby') ?? '').split(' ').filter(Boolean))
        expect(ids).toContain(name);
    }
  });

  it('has a caption and scopes on every table, and a CSV and an SVG for every figure', () => {
    const tables = elements.filter(({ tagName }) => tagName === 'table');
    expect(tables.length).toBeGreaterThan(10);
    for (const table of tables) {
      const inside = descendants(table);
      expect(inside.some(({ tagName }) => tagName === 'caption')).toBe(true);
      for (const head of inside.filter(({ tagName }) => tagName === 'th'))
        expect(['col', 'row']).toContain(attribute(head, 'scope'));
    }
    const figures = elements.filter(({ tagName }) => tagName === 'figure');
    const downloads = elements.map((e) => attribute(e, 'download')).filter((name) => name !== undefined);
    expect(downloads).toEqual(
      figures.flatMap((f) => [`${attribute(f, 'id')}.csv`, `${attribute(f, 'id')}.svg`]),
    );
  });

  it('says first what happened, then shows it, then what it rests on', () => {
    const found = headings({ elements, errors });
    expect(found[0][1]).toBe(
      '9 fake users brought the pushed items to more real users on wrmf and item‑cf; no such effect could be shown on ease',
    );
    expect(found.filter(([rank]) => rank === 2).map(([, text]) => text)).toEqual([
      'What the attacker bought, and what it cost real users',
      'Behind the verdict, in figures',
      'What this report rests on',
      'What the words mean',
    ]);
    for (const fact of ['1 min 15 s', '20.19.0', 'recaudit audit --data clicks.csv --seeds 3', '310 MB'])
      expect(html).toContain(fact);
    expect(html).toContain('The gradient agrees with finite differences: largest relative error 5.7e-7');
  });

  it('says what older results do not hold', () => {
    const { evidence: _, reproduce: __, targetNames: ___, data: ____, ...old } = documentOf();
    const text = reportPage([{ document: old }]);
    expect(text).toContain('The stored results do not hold the command');
    expect(text).toContain('are not in these stored results');
    expect(text).toContain('Durations, memory and versions are not known');
    expect(text).not.toContain('Gini');
    expect(parsed(text).errors).toEqual([]);
  });
});

function descendants(element: Element): Element[] {
  return element.childNodes.flatMap((node) => ('attrs' in node ? [node, ...descendants(node)] : []));
}

describe('what went wrong', () => {
  it('an audit that is not sound says so before anything else, and everywhere', () => {
    const content = parsed(page(brokenDocument()));
    const found = headings(content);
    expect(found[0][1]).toMatch(/^NOT SOUND: /);
    const [alarm] = content.elements.filter((e) => attribute(e, 'class') === 'alarm');
    expect(textOf(alarm)).toContain('NOT SOUND: 1 of 12 checks of invariants failed.');
    expect(textOf(alarm)).toContain('fake user 3 was evaluated');
    expect(found.filter(([, text]) => /NOT SOUND, do not use these figures/.test(text))).toHaveLength(3);
  });

  it('failed tasks are named with their reasons before the verdict', () => {
    const content = parsed(page(incompleteDocument()));
    const at = (wanted: (e: Element) => boolean) => content.elements.findIndex(wanted);
    const alarm = at((e) => attribute(e, 'class') === 'alarm');
    expect(textOf(content.elements[alarm])).toContain(
      'INCOMPLETE: 1 of 12 tasks have no resultvictim item-cf, learned, seed 2: item-cf: expected finite scores, got NaN',
    );
    expect(alarm).toBeLessThan(at((e) => attribute(e, 'id') === 'verdict'));
  });

  it('tasks that failed with the same words stand together, and those that were not run for it are counted', () => {
    const document = incompleteDocument();
    const failed = [1, 2].map((seed) => ({
      label: `victim a, clean, seed ${seed}`,
      message: `command a: got 3 (all of them: /home/me/${seed}.txt).`,
    }));
    const waiting = [1, 2, 3].map((seed) => ({
      label: `victim b, clean, seed ${seed}`,
      message: `not run: it needs "learned attack, seed ${seed}", which failed`,
    }));
    const failedTasks = [...failed, ...waiting].map((task) => ({ ...task, code: 'data' }));
    const missing = [...failedTasks.map(({ label }) => label), 'victim c, clean, seed 1'];
    const work = { ...document.summary.work, finished: 6, missing };
    const content = parsed(page({ ...document, summary: { ...document.summary, work }, failedTasks }));
    const [alarm] = content.elements.filter((e) => attribute(e, 'class') === 'alarm');
    expect(textOf(alarm)).toBe(
      'INCOMPLETE: 6 of 12 tasks have no result' +
        'victim a, clean, seed 1; victim a, clean, seed 2: command a: got 3.' +
        'victim c, clean, seed 1' +
        '3 tasks not run, as what they build on failed',
    );
  });
});

const HOSTILE = [
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  "'-alert(1)-'",
  '</title></style></svg><script>alert(1)</script>',
  '<!--',
  ']]>',
  '&lt;script&gt;&#x3c;',
  'javascript:alert(1)',
  '\u202egnp.exe\u2066',
  '\u05d0\u05d1\u05d2 x',
  '\u0000\u0001\u001b[31m',
  '\ud800 lone',
  'line\nbreak\r\n',
  'x'.repeat(10_000),
  '\u{1f600}'.repeat(5000),
  '__proto__',
];

describe('names from outside', () => {
  const plain = parsed(page(documentOf())).elements.map(({ tagName }) => tagName);
  // A list of audits, and names of attacks in several lines.
  const names = new Set([...plain, 'ol', 'tspan']);

  it.each(HOSTILE.map((name, n) => [n, name] as const))('are text whatever they hold (%i)', (_, name) => {
    const label = `victim ${name}`;
    const document = documentOf({
      victims: [name, `${name}!`],
      targetSets: [name],
      itemNames: [name, name],
      dataName: name,
    });
    const html = reportPage([
      {
        document: {
          ...document,
          reproduce: `recaudit audit --data '${name}'`,
          failedTasks: [{ label, code: 'data', message: name }],
          summary: { ...document.summary, work: { ...document.summary.work, missing: [label] } },
        },
      },
      { name, document },
    ]);
    const { elements, errors } = parsed(html);
    expect(errors).toEqual([]);
    for (const { tagName, attrs } of elements) {
      expect(names).toContain(tagName);
      for (const { name: attr } of attrs) expect(attr).not.toMatch(/^on|^style$|^src/);
    }
    const text = elements
      .filter(({ tagName }) => tagName === 'html')
      .map(textOf)
      .join('');
    expect(text).not.toMatch(/[\u202a-\u202e\u2066\u2067]|\p{Surrogate}/u);
    expect(text.split('\u2068').length).toBe(text.split('\u2069').length);
    expect(Buffer.byteLength(html)).toBeLessThan(2_000_000);
  });
});

describe('the size of a page', () => {
  it('stays under 2 MB for eleven victims, five seeds and maps of a thousand users each', () => {
    const victims = Array.from({ length: 11 }, (_, v) => `recommender-${v}`);
    const document = documentOf({ victims, seeds: 5, targetSets: ['head', 'tail'], steps: 31, points: 1000 });
    const html = page(document);
    expect(Buffer.byteLength(html)).toBeLessThan(2_000_000);
    expect(html).toContain('this page has no figures to download as SVG');
    // The whole content is still there for `--json`.
    const { figures } = reportContent([{ document }]).runs[0];
    expect(figures.others.filter(({ id }) => id.startsWith('latent-'))).toHaveLength(11);
    expect(html).toContain('id="effect-1"');
  });
});

describe('several audits on a page', () => {
  const first = { name: 'a', document: documentOf() };
  const second = { name: 'b', document: documentOf({ lift: 0.03, victims: ['wrmf', 'mult-vae'] }) };

  it('stand in one matrix of attacks and victims', () => {
    const content = reportContent([first, second, { name: 'c', document: documentOf({ seeds: 2 }) }]);
    expect(content.headline).toBe('3 audits side by side');
    expect(content.comparison).toBe(null);
    const [{ table }] = content.transfer;
    const pairs = table.rows.map(([victim, attack]) => `${attack} ${victim}`);
    expect(pairs).toEqual(
      expect.arrayContaining(['a wrmf', 'a item-cf', 'a ease', 'b wrmf', 'b mult-vae', 'c ease']),
    );
  });

  it('two are compared: settings that differ, and paired effects on common victims', () => {
    const { config } = second.document;
    const attacks = [{ ...config.attacks[0], budget: { fakeUsers: 20, clicks: 'drawn' as const } }];
    const document = { ...second.document, config: { ...config, attacks } };
    const { comparison } = reportContent([first, { ...second, document }]);
    expect(comparison!.settings.find(({ setting }) => setting.endsWith('.fakeUsers'))!.values).toEqual([
      '9',
      '20',
    ]);
    // Of victims that one audit alone has, one row each.
    const alone = comparison!.settings.filter(({ setting }) => setting.startsWith('victims.'));
    expect(alone.every(({ setting }) => setting.endsWith('.recommender'))).toBe(true);
    expect(comparison!.effects.map(({ victim }) => victim)).toEqual(['wrmf']);
    const [{ comparison: found, sentence }] = comparison!.effects;
    expect(found.units).toBe(3);
    expect(found.mean).toBeCloseTo(-0.03, 12);
    expect(sentence).toMatch(/^On wrmf, hr@10 changed by \+6\.79 points in the first audit/);
  });

  it('are not subtracted where data differ, and headings, ids and links stay in order', () => {
    const { config } = second.document;
    const document = {
      ...second.document,
      config: { ...config, dataHash: { ...config.dataHash, train: 'cd'.repeat(32) } },
    };
    const both = [first, { ...second, document }];
    const { comparison, transfer } = reportContent(both);
    expect(comparison).toMatchObject({
      effects: [],
      obstacles: ['Effects are not compared: the training data differ.'],
    });
    expect(transfer).toHaveLength(2);
    const { elements, errors } = parsed(reportPage(both));
    expect(errors).toEqual([]);
    const ids = elements.map((e) => attribute(e, 'id')).filter((id) => id !== undefined);
    expect(new Set(ids).size).toBe(ids.length);
  });
});
