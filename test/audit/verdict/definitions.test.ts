import { describe, expect, it } from 'vitest';
import { DEFINITIONS, ofEachAttack } from '../../../dist/audit/index.js';
import { courseLines } from '../../../dist/report/text/course.js';
import { markdownReport } from '../../../dist/report/text/markdown.js';
import { terminalSummary } from '../../../dist/report/text/terminal.js';
import { documentOf } from '../../report/page/fixtures.js';

describe('the hit ratio that chooses profiles', () => {
  it('has a name and a definition of its own, apart from that of victims', () => {
    const terms = DEFINITIONS.map(([term]) => term);
    expect(new Set(terms).size).toBe(terms.length);
    const meaning = DEFINITIONS.find(([term]) => term === 'selection-hr@k')?.[1];
    expect(meaning).toContain("attack's surrogate");
    expect(meaning).toContain('no measure of a victim');
  });

  it('is called so in the course, the terminal and the Markdown report', () => {
    const document = documentOf();
    const [attack] = ofEachAttack(document.summary);
    expect(courseLines(attack, false)[2]).toMatch(/^selection-hr@10 {2}/);
    expect(terminalSummary(document as never)).toMatch(/^selection-hr@10 {2}/m);
    expect(markdownReport(document as never)).toContain('- **selection-hr@k**: share of all real users');
  });
});
