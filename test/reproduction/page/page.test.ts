import { createHash } from 'node:crypto';
import { parse } from 'parse5';
import { describe, expect, it } from 'vitest';
import { CLAIMS } from '../../../dist/reproduction/claims.js';
import type { ReproductionDocument } from '../../../dist/reproduction/document.js';
import { EXPERIMENT_TITLES, EXPERIMENTS } from '../../../dist/reproduction/methods.js';
import { reproductionContent, reproductionPage } from '../../../dist/reproduction/page/index.js';
import { PAPER_TABLE_1, PAPER_TABLE_2 } from '../../../dist/reproduction/paper.js';
import { claimText, outcomeWords } from '../../../dist/reproduction/words.js';
import { attribute, type Element, parsed, textOf } from '../../parsed-page.js';
import { documentOf } from './fixtures.js';

const plainSpaces = (text: string) => text.replaceAll('\u00a0', ' ');

function descendants(element: Element): Element[] {
  return element.childNodes.flatMap((node) => ('attrs' in node ? [node, ...descendants(node)] : []));
}

const DOCUMENTS: Readonly<Record<string, ReproductionDocument>> = {
  'of four seeds': documentOf({ gowallaSeeds: [1, 2, 3, 4], cost: true }),
  'of one seed': documentOf(),
  'half done': documentOf({
    finished: ({ seed, victim }) => seed !== 3 && ['wrmf', 'item-ae', null].includes(victim),
  }),
  'with an open search': documentOf({ searched: false }),
  'without a result': documentOf({ finished: () => false }),
  'of synthetic data': documentOf({ experiments: ['fig3', 'fig4a'], gowallaSeeds: [] }),
  'of one table': documentOf({ experiments: ['table1'] }),
};

describe.each(Object.entries(DOCUMENTS))('the page %s', (_, document) => {
  const { html, figures } = reproductionPage(document);
  const { elements, errors } = parsed(html);
  const tables = elements.filter(({ tagName }) => tagName === 'table');
  const cells = tables.flatMap(descendants).filter(({ tagName }) => tagName === 'td');

  it('is well-formed, small, and the same for the same document', () => {
    expect(errors).toEqual([]);
    expect(Buffer.byteLength(html)).toBeLessThan(2_000_000);
    expect(reproductionPage(document).html).toBe(html);
  });

  it('allows its one style sheet by digest, and loads and runs nothing', () => {
    const styles = elements.filter(({ tagName }) => tagName === 'style');
    expect(styles).toHaveLength(1);
    const digest = createHash('sha256').update(textOf(styles[0])).digest('base64');
    const policy = elements.find((e) => attribute(e, 'http-equiv') === 'Content-Security-Policy')!;
    expect(attribute(policy, 'content')).toBe(
      `default-src 'none'; style-src 'sha256-${digest}'; base-uri 'none'; form-action 'none'`,
    );
    const tags = new Set(elements.map(({ tagName }) => tagName));
    for (const tag of ['script', 'link', 'img', 'iframe', 'object', 'form', 'foreignObject'])
      expect(tags).not.toContain(tag);
    for (const { name } of elements.flatMap(({ attrs }) => attrs))
      expect(name).not.toMatch(/^on|^style$|^src/);
  });

  it('has headings in order, links that lead somewhere, and ids once', () => {
    const ranks = elements
      .filter(({ tagName }) => /^h[1-6]$/.test(tagName))
      .map(({ tagName }) => Number(tagName[1]));
    expect(ranks.filter((rank) => rank === 1)).toHaveLength(1);
    ranks.slice(1).forEach((rank, h) => {
      expect(rank - ranks[h]).toBeLessThanOrEqual(1);
    });
    const ids = elements.map((e) => attribute(e, 'id')).filter((id) => id !== undefined);
    expect(new Set(ids).size).toBe(ids.length);
    for (const element of elements) {
      const link = attribute(element, 'href');
      if (link?.startsWith('#')) expect(ids).toContain(link.slice(1));
    }
  });

  it('leaves no cell of a table blank, and says what is missing', () => {
    expect(cells.filter((cell) => textOf(cell).trim() === '')).toHaveLength(0);
    expect(cells.length).toBeGreaterThan(10);
    const missing = document.progress.some((one) => one.missing.length > 0);
    const said = cells.some((cell) => textOf(cell).includes('not computed yet'));
    expect(said).toBe(missing || document.claims.some(({ cell }) => cell.n === 0));
  });

  it('judges every claim of its experiments, by word and mark', () => {
    const rows = elements.filter((e) => attribute(e, 'id')?.startsWith('claim-'));
    expect(rows.map((row) => attribute(row, 'id'))).toEqual(document.claims.map(({ id }) => `claim-${id}`));
    rows.forEach((row, r) => {
      const { text, result, cell, statistic, reason, tested } = document.claims[r];
      const words = plainSpaces(textOf(row));
      for (const part of [
        claimText(text),
        outcomeWords({ result, tested }),
        `n = ${cell.n}`,
        statistic,
        reason,
      ])
        expect(words).toContain(part);
      expect(words.includes('not tested')).toBe(cell.n > 0 && !tested);
      expect(words).toMatch(/[✓✗?–]/);
    });
  });

  it('has every figure as a drawing with numbers, and as a file', () => {
    const drawn = elements.filter(({ tagName }) => tagName === 'figure').map((e) => attribute(e, 'id'));
    expect(Object.keys(figures)).toEqual(drawn.map((id) => `${id}.svg`));
    const { sections } = reproductionContent(document);
    expect(sections.map(({ experiment }) => experiment)).toEqual(
      EXPERIMENTS.filter((experiment) => experiment in document),
    );
    for (const svg of Object.values(figures)) expect(svg.startsWith('<?xml version="1.0"')).toBe(true);
  });
});

describe('the page of everything', () => {
  const text = plainSpaces(textOf(parse(reproductionPage(DOCUMENTS['of four seeds']).html)));

  it('has every claim of the paper, and a section for each of its figures and tables', () => {
    for (const claim of CLAIMS) expect(text).toContain(claimText(claim.text));
    for (const title of Object.values(EXPERIMENT_TITLES)) expect(text).toContain(title);
  });

  it('puts the published numbers beside ours', () => {
    for (const { recall, configuration } of Object.values(PAPER_TABLE_1)) {
      expect(text).toContain(recall.toFixed(4));
      expect(text).toContain(configuration);
    }
    for (const { clean, attacked } of Object.values(PAPER_TABLE_2).flatMap((set) => Object.values(set))) {
      expect(text).toContain(clean.toFixed(4));
      expect(text).toContain(attacked.toFixed(4));
    }
    for (const number of ['0.65 (0.368), n = 5', '1 (0.568), n = 5', '0.2885 in the paper'])
      expect(text).toContain(number);
  });

  it('says what it rests on', () => {
    const { tasks } = DOCUMENTS['of four seeds'].progress[1];
    for (const fact of [
      'recaudit reproduce all --data DIR --seeds 4 --kernels simd',
      'WRMF+ALS: ρ = 0.1, targets forced in',
      'wasm-simd',
      '20.19.0',
      'complete: seeds 1 to 4; the search (seed 1000)',
      `${tasks} of ${tasks}`,
      'All 9',
    ])
      expect(text).toContain(fact);
  });
});

describe('the maps of fake users', () => {
  it('have the separation of the plane that is drawn beside that of the whole space', () => {
    const { fig5c } = DOCUMENTS['of one seed'];
    const inWrmf = fig5c!.cells.filter(({ victim }) => victim === 'wrmf');
    expect(inWrmf).toHaveLength(5);
    for (const { planeAuc, planeSpread, separationAuc, map } of inWrmf) {
      // Real users lie in one unit square, fake ones in another: no map of these hides them, whatever the whole space says.
      expect(planeAuc.values).toEqual([1]);
      expect(separationAuc.values).toEqual([map.separationAuc]);
      expect(planeSpread.mean).toBeLessThan(0.6);
    }
  });
});

describe('what is wrong or open', () => {
  it('stands first where a rule was broken', () => {
    const document = documentOf({ experiments: ['fig3'] });
    const broken = [
      { task: 'victim wrmf, seed 1', name: 'fake users are not evaluated', detail: 'fake user 3 was' },
    ];
    const html = reproductionPage({ ...document, invariants: { checks: 9, broken } }).html;
    const alarm = html.indexOf('NOT SOUND: 1 of 9 checks of finished tasks failed');
    expect(alarm).toBeGreaterThan(0);
    expect(alarm).toBeLessThan(html.indexOf('<h1'));
    expect(html).toContain('fake user 3 was');
  });

  it('is said of an open search, and of a control that is not computed', () => {
    const page = (document: ReproductionDocument) => reproductionPage(document).html;
    expect(page(DOCUMENTS['with an open search'])).toContain('once it is complete');
    expect(page(DOCUMENTS['of one seed'])).not.toContain('once it is complete');
    const html = page(
      documentOf({ finished: ({ role, data }) => data === 'synthetic' || role !== 'random' }),
    );
    expect(html).toContain('no attack has a result beside all of its controls yet');
  });
});

const HOSTILE = [
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  '</title></style></svg><script>alert(1)</script>',
  '<!--',
  '\u202egnp.exe\u2066',
  '\u0000\u001b[31m',
  'x'.repeat(10_000),
];

/** The document with a text from outside wherever one may stand. */
function withName(name: string): ReproductionDocument {
  const document = documentOf({ experiments: ['fig4a', 'table1'], cost: true });
  const facts = document.ground.data.gowalla!;
  const targetSets = facts.targetSets.map((set) => ({ ...set, label: name }));
  return {
    ...document,
    ground: {
      ...document.ground,
      data: { ...document.ground.data, gowalla: { ...facts, targetSets, trainHash: name } },
    },
    ...(document.cost && { cost: { ...document.cost, workload: name, kernels: name } }),
    progress: document.progress.map((one) => ({ ...one, missing: [name] })),
    invariants: { checks: 1, broken: [{ task: name, name, detail: name }] },
    versions: { [name]: [name] },
  };
}

describe('text from outside', () => {
  const names = new Set(
    parsed(reproductionPage(withName('plain')).html).elements.map(({ tagName }) => tagName),
  );

  it.each(HOSTILE.map((name, n) => [n, name] as const))('is text whatever it holds (%i)', (_, name) => {
    const { elements, errors } = parsed(reproductionPage(withName(name)).html);
    expect(errors).toEqual([]);
    for (const { tagName, attrs } of elements) {
      expect(names).toContain(tagName);
      for (const { name: attr } of attrs) expect(attr).not.toMatch(/^on|^style$|^src/);
    }
    const text = textOf(elements.find(({ tagName }) => tagName === 'html')!);
    expect(text).not.toMatch(/[\u202a-\u202e\u2066\u2067]/u);
  });
});
