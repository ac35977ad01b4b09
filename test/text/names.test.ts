import { describe, expect, it } from 'vitest';
import { inert, shownName, shownNames } from '../../dist/text/names.js';

describe('inert', () => {
  it('writes out what a terminal would obey, and keeps the rest', () => {
    expect(inert('\u001b[2Ja\u202eb\u0007\r\n\u009b')).toBe('\\u{1b}[2Ja\\u{202e}b\\u{7}\\u{d}\\u{a}\\u{9b}');
    expect(inert('line\nnext\ttab\u0000', '\n\t')).toBe('line\nnext\ttab\\u{0}');
    for (const plain of ['=cmd|calc!A0', '<script>', 'naïve 日本語 👩‍👧', 'עברית'])
      expect(inert(plain)).toBe(plain);
    expect(inert('lone \ud800')).toBe('lone \\u{d800}');
  });
});

describe('shownName', () => {
  it('keeps a name that fits, and of others the start and the end', () => {
    expect(shownName('x'.repeat(40))).toBe('x'.repeat(40));
    const long = shownName(`start${'x'.repeat(10_000)}end`);
    expect(long).toHaveLength(40);
    expect(long).toMatch(/^startx+\.\.\.x+end$/);
    expect(shownName('a-model-of-many-words.py', 11)).toBe('a-mo...s.py');
    expect(shownName('')).toBe('(no name)');
  });

  it('counts characters, not halves of them', () => {
    expect(shownName('👍'.repeat(40))).toBe('👍'.repeat(40));
    expect([...shownName('👍'.repeat(5000))]).toHaveLength(40);
    expect(shownName('👍'.repeat(5000))).not.toContain('\\u{');
  });
});

describe('shownNames', () => {
  it('tells names apart that differ where they are cut', () => {
    const names = ['a', 'b'].map((middle) => 'x'.repeat(39) + middle + 'x'.repeat(39));
    const shown = shownNames(['first', ...names]);
    expect(new Set(shown).size).toBe(3);
    expect(shown[0]).toBe('first');
    expect(shown[2]).toMatch(/\(3\)$/);
    // These differ at their ends, which are shown.
    expect(
      shownNames([`${'x'.repeat(60)}1.py`, `${'x'.repeat(60)}2.py`]).map((name) => name.slice(-4)),
    ).toEqual(['1.py', '2.py']);
  });
});
