import { describe, expect, it } from 'vitest';
import { terminalSummary, wrapped } from '../../../dist/report/text/terminal.js';
import { documentOf } from '../page/fixtures.js';

const three = documentOf({});

describe('wrapped', () => {
  it('breaks at spaces, sets further lines in, and breaks no word', () => {
    expect(wrapped('short', 80)).toBe('short');
    expect(wrapped('  one two three four', 11)).toBe('  one two\n    three\n    four');
    expect(wrapped('a /path/without/any/space b', 10)).toBe('a\n  /path/without/any/space\n  b');
    expect(wrapped('a share of 95 % in all', 14)).toBe('a share of\n  95 % in all');
    expect(wrapped('one two', Number.POSITIVE_INFINITY)).toBe('one two');
  });

  it('counts an ideograph as the two columns that it takes', () => {
    expect(wrapped('推薦 推薦', 9)).toBe('推薦 推薦');
    expect(wrapped('推薦 推薦', 8)).toBe('推薦\n  推薦');
  });
});

describe('the summary in a terminal', () => {
  it.each([80, 100, 120])('fits into %i columns, blocks and tables too', (width) => {
    const lines = terminalSummary(three, { blocks: true, width }).split('\n');
    expect(lines.filter((line) => line.length > width)).toEqual([]);
  });

  it('loses no word to the width', () => {
    const words = (text: string) => text.split(/\s+/).join(' ');
    // Tables are laid out anew for a width.
    const { summary } = three;
    const victims = summary.victims.map(({ items: _, ...victim }) => victim);
    const plain = { ...three, summary: { ...summary, victims } };
    const [wide, narrow] = [{}, { width: 90 }].map((options) => words(terminalSummary(plain, options)));
    const paragraphs = (text: string) => text.slice(text.indexOf('The attack on its surrogate'));
    expect(paragraphs(narrow)).toBe(paragraphs(wide));
  });

  it('continues a table too wide in a second one that begins with the same names', () => {
    const blocks = terminalSummary(three, { width: 80 }).split('\n\n');
    const [first, second] = blocks.slice(1);
    const names = (block: string) => block.split('\n').map((line) => line.split(/ {2,}/)[0]);
    expect(names(first)).toEqual([
      'victim',
      ...three.summary.victims.map(({ victim }) => victim),
      'most clicked items',
    ]);
    expect(names(second)).toEqual(names(first));
    expect(second).toContain('clearly better than controls');
    expect(first).not.toContain('clearly better than controls');
    expect(terminalSummary(three).split('\n\n')[1]).toContain('clearly better than controls');
  });

  it('aligns the columns beside names of wide and of combining characters', () => {
    const { summary, cost } = three;
    const names = ['推薦モデル', 'e\u0301tude', 'wrmf'];
    const victims = summary.victims.map((victim, n) => ({ ...victim, victim: names[n] }));
    const table = terminalSummary({ cost, summary: { ...summary, victims } }).split('\n\n')[1];
    const before = table.split('\n').map((line) => line.match(/^(\S+ +)\S/)?.[1] ?? '');
    expect(before).toHaveLength(4);
    // Ten columns, which the first name takes in five characters, and two spaces.
    expect(before.map((start) => start.length)).toEqual([12, 7, 13, 12]);
  });

  it('tells victims apart whose long names begin alike, and obeys none', () => {
    const { summary, cost } = three;
    const long = ['one', 'two', '\u001b[2J'].map((end) => 'x'.repeat(60) + end);
    const victims = summary.victims.map((victim, n) => ({ ...victim, victim: long[n] }));
    const text = terminalSummary({ cost, summary: { ...summary, victims } }, { width: 120 });
    expect(text).toMatch(/^x+\.\.\.x+one {2}/m);
    expect(text).toMatch(/^x+\.\.\.x+two {2}/m);
    expect(text).toMatch(/^x+\.\.\.x+one: /m);
    expect(text).not.toContain('\u001b');
  });
});
