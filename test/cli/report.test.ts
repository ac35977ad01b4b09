import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'parse5';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { recaudit } from './run-cli.js';
import { makeSmallData, QUICK } from './small-data.js';

let folder: string;
const out = (name: string) => join(folder, name);
const text = (name: string) => readFileSync(out(name), 'utf8');

/** Titles of the page, as a browser reads it. */
function headings(html: string): string[] {
  const errors: string[] = [];
  parse(html, { onParseError: ({ code }) => errors.push(code) });
  expect(errors).toEqual([]);
  return [...html.matchAll(/<h[12][^>]*>(.*?)<\/h[12]>/g)].map(([, title]) => title);
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'recaudit-report-'));
  const { train, test } = makeSmallData(folder);
  const audit = (name: string, more: readonly string[]) => {
    const args = ['audit', '--train', train, '--test', test, '--targets', '7', ...QUICK, '--out', out(name)];
    const { status, stderr } = recaudit([...args, '--quiet', ...more]);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  };
  audit('first', ['--seeds', '3', '--victim', 'wrmf,popularity']);
  audit('second', ['--seeds', '2,3', '--victim', 'wrmf', '--fake-users', '6', '--controls', 'random,copied']);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('recaudit report', () => {
  it('writes the page of a folder again, byte for byte', () => {
    const before = text('first/report.html');
    rmSync(out('first/report.html'));
    const { status, stdout } = recaudit(['report', out('first'), '--quiet']);
    expect(status).toBe(0);
    expect(stdout).toContain(`Report: ${out('first/report.html')}`);
    expect(text('first/report.html')).toBe(before);
    const { headline } = JSON.parse(recaudit(['report', out('first'), '--json', '--quiet']).stdout);
    expect(headings(before)[0]).toBe(headline);
    expect(before).toContain('version of node');
  });

  it('from a report.json alone, without the times that its tasks took', () => {
    writeFileSync(out('alone.json'), text('first/report.json'));
    expect(recaudit(['report', out('alone.json'), '--out', out('alone.html'), '--quiet']).status).toBe(0);
    expect(text('alone.html')).toContain('the stored tasks were not at hand');
    expect(text('alone.html')).not.toContain('version of node');
  });

  it('tells the command that makes the report again, quoted, without what changes no result', () => {
    const { reproduce } = JSON.parse(text('second/report.json'));
    expect(reproduce).toBe(
      `recaudit audit --controls random,copied --epochs 8 --factors 4 --fake-users 6 --outer-steps 3 --seeds 2,3 --targets 7 --test ${out('test.csv')} --top 10 --train ${out('train.csv')} --unroll 2 --victim wrmf`,
    );
    expect(text('second/report.html')).toContain(`<pre><code>${reproduce}</code></pre>`);
  });

  it('sets two audits side by side and compares them', () => {
    const path = out('two.html');
    const { status, stdout } = recaudit(['report', out('first'), out('second'), '--out', path, '--quiet']);
    expect(status).toBe(0);
    expect(stdout).toMatch(/^Two audits side by side: first and second\n/);
    expect(stdout).toMatch(/On wrmf, hr@10 changed by .* over 2 common units/);
    const html = text('two.html');
    expect(headings(html)[0]).toBe('Two audits side by side: first and second');
    expect(html).toContain('id="run-1-effect"');
    expect(html).toContain('id="all-transfer-1"');
    const both = recaudit(['report', out('first'), out('second'), '--json', '--quiet']);
    const { comparison, transfer, runs, files } = JSON.parse(both.stdout);
    expect(files).toEqual({ html: null });
    expect(comparison.settings).toContainEqual({
      setting: 'attacks.learned.budget.fakeUsers',
      values: ['2', '6'],
    });
    expect(comparison.effects.map(({ victim }: { victim: string }) => victim)).toEqual(['wrmf']);
    expect(transfer[0].table.rows).toHaveLength(3);
    expect(runs.map(({ name }: { name: string }) => name)).toEqual(['first', 'second']);
  });

  it('one audit may be given twice: names stay apart, and a note says so', () => {
    const args = ['report', out('first'), out('first/report.json'), '--json'];
    const { stdout, stderr } = recaudit(args);
    expect(stderr).toContain(
      'first/report.json was given twice: between an audit and itself nothing differs',
    );
    const { runs, comparison } = JSON.parse(stdout);
    expect(runs.map(({ name }: { name: string }) => name)).toEqual(['first (1)', 'first (2)']);
    expect(comparison.settings).toEqual([]);
  });

  it.skipIf(process.platform !== 'linux')(
    '--open hands the page to the opener, and nothing else does',
    async () => {
      // The opener of Linux starts what BROWSER names where there is no desktop.
      const note = out('opened.txt');
      const browser = out('browser.sh');
      writeFileSync(browser, `#!/bin/sh\necho "$1" > '${note}'\n`, { mode: 0o755 });
      const env = { BROWSER: browser, DISPLAY: '', XDG_CURRENT_DESKTOP: '', WAYLAND_DISPLAY: '' };
      recaudit(['report', out('first'), '--quiet'], { env });
      expect(existsSync(note)).toBe(false);
      const { status, stderr } = recaudit(['report', out('first'), '--open', '--quiet'], { env });
      expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
      // The opener outlives the command.
      await vi.waitFor(() => expect(readFileSync(note, 'utf8')).toContain('first/report.html'), 20_000);
    },
  );

  it('compares no effects where the data differ, and says so', () => {
    const other = JSON.parse(text('second/report.json'));
    other.config.dataHash.train = 'another';
    writeFileSync(out('other-data.json'), JSON.stringify(other));
    const { status, stdout } = recaudit([
      'report',
      out('first'),
      out('other-data.json'),
      '--json',
      '--quiet',
    ]);
    expect(status).toBe(0);
    const { comparison, transfer } = JSON.parse(stdout);
    expect(comparison.effects).toEqual([]);
    expect(comparison.obstacles).toEqual(['Effects are not compared: the training data differ.']);
    expect(transfer).toHaveLength(2);
  });

  it('reads reports of versions 1, which has no evidence, and 2, where an attack had no name of its own', () => {
    const before = readFileSync(new URL('../support/reports/version-2.json', import.meta.url), 'utf8');
    const { evidence: _, ...bare } = JSON.parse(before);
    writeFileSync(out('old-2.json'), before);
    writeFileSync(out('old-1.json'), JSON.stringify({ ...bare, schemaVersion: 1 }));
    for (const version of [1, 2]) {
      const args = ['report', out(`old-${version}.json`), '--out', out('old.html'), '--quiet'];
      const { status, stdout } = recaudit(args);
      expect({ status, stdout: stdout.split('\n')[1] }).toEqual({
        status: 0,
        stdout: `Report: ${out('old.html')}`,
      });
      expect(text('old.html').includes('id="fake-matrix-')).toBe(version === 2);
    }
  });

  it.skipIf(process.platform !== 'linux')('--open where nothing shows a page: says so, and is done', () => {
    const env = { BROWSER: '/nowhere/browser', DISPLAY: '', XDG_CURRENT_DESKTOP: '', WAYLAND_DISPLAY: '' };
    const { status, stderr } = recaudit(['report', out('first'), '--open', '--quiet'], { env });
    expect(status).toBe(0);
    expect(stderr).toMatch(/^recaudit: \S+first\/report\.html could not be opened here: no program here/);
  });

  it.each([
    [
      'a folder without a report',
      () => folder,
      /report\.json: expected the report of an audit, got no such file/,
    ],
    [
      'a file that is no JSON',
      () => out('train.csv'),
      /train\.csv: expected the report of an audit, got no JSON/,
    ],
    [
      'another document',
      () => {
        writeFileSync(out('bench.json'), '{"schemaVersion":1,"command":"bench"}');
        return out('bench.json');
      },
      /got bench\. Name the folder of recaudit audit --out/,
    ],
    [
      'null',
      () => {
        writeFileSync(out('null.json'), 'null');
        return out('null.json');
      },
      /got another document/,
    ],
    [
      'a report that is cut off',
      () => {
        writeFileSync(out('cut.json'), text('first/report.json').slice(0, 3000));
        return out('cut.json');
      },
      /cut\.json: expected the report of an audit, got JSON that is cut off or damaged \(.+\)\. Run the audit again/,
    ],
    [
      'an empty file',
      () => {
        writeFileSync(out('empty.json'), '');
        return out('empty.json');
      },
      /empty\.json: expected the report of an audit, got an empty file\. Name the folder/,
    ],
    [
      'an audit that did not end',
      () => {
        mkdirSync(out('unfinished/tasks'), { recursive: true });
        return out('unfinished');
      },
      /got finished tasks without one: the audit did not end\. Run the same command again, which goes on/,
    ],
    [
      'a version that is no number',
      () => {
        writeFileSync(
          out('worded.json'),
          JSON.stringify({ ...JSON.parse(text('first/report.json')), schemaVersion: '2' }),
        );
        return out('worded.json');
      },
      /expected schema version 1, 2 or 3, got "2"\. Run the audit again/,
    ],
    [
      'a later version',
      () => {
        writeFileSync(
          out('later.json'),
          JSON.stringify({ ...JSON.parse(text('first/report.json')), schemaVersion: 9 }),
        );
        return out('later.json');
      },
      /expected schema version 1, 2 or 3, got 9\. A later recaudit wrote it: use that/,
    ],
    [
      'a damaged report',
      () => {
        const report = JSON.parse(text('first/report.json'));
        report.summary.victims[0].arms[1].measures.hr.values.pop();
        writeFileSync(out('damaged.json'), JSON.stringify(report));
        return out('damaged.json');
      },
      /got summary\.victims that does not fit \(a value for each unit\)/,
    ],
  ])('refuses %s in one line', (_, run, message) => {
    const { status, stderr } = recaudit(['report', run(), '--quiet']);
    expect(status).toBe(3);
    expect(stderr).toMatch(message);
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });

  it.each(['report.json', 'report.md'])('does not write over the %s of an audit', (name) => {
    const path = out(`first/${name}`);
    const before = text(`first/${name}`);
    const { status, stderr } = recaudit(['report', out('first'), '--out', path, '--quiet']);
    expect(status).toBe(2);
    expect(stderr).toContain('expected another file for the result');
    expect(text(`first/${name}`)).toBe(before);
  });
});

describe('an audit of hostile data', () => {
  const NAMES = [
    '<script>alert(1)</script>',
    '"><img src=x onerror=alert(1)>',
    '=cmd|calc!A0',
    'x\u202ecod.exe',
    'clear\u001b[2J\u0007',
    'y'.repeat(10_000),
  ];
  const quoted = (name: string) => `"${name.replaceAll('"', '""')}"`;
  const audit = (targets: string, name: string) => [
    ...['audit', '--data', out('hostile.csv'), '--targets', targets, '--top', '3', '--seeds', '1'],
    ...['--factors', '4', '--epochs', '4', '--outer-steps', '2', '--unroll', '2', '--fake-users', '2'],
    ...['--out', out(name)],
  ];
  beforeAll(() => {
    const items = [...NAMES, 'a', 'b', 'c', 'd', 'e', 'f', 'g'];
    const rows = Array.from({ length: 60 }, (_, user) =>
      [1, 2, 3, 5, 8].map((step) => `u${user},${quoted(items[(user * step + step) % items.length])}`),
    ).flat();
    writeFileSync(out('hostile.csv'), ['user,item', ...rows].join('\n'));
  });

  it('gives a page of text', () => {
    const { status, stderr } = recaudit([...audit(NAMES.map(quoted).join(','), 'hostile'), '--quiet']);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    const html = text('hostile/report.html');
    expect(headings(html)[0]).toMatch(/too few units to tell an effect from chance on wrmf$/);
    expect(html).not.toMatch(/<script|<img|\u202e/);
    expect(html).toContain('&lt;script>alert(1)&lt;/script>');
    expect(html.length).toBeLessThan(1_000_000);
  });

  it('moves no cursor and fills no line of progress, results, plans and errors', () => {
    writeFileSync(out('sets.json'), JSON.stringify(Object.fromEntries(NAMES.map((name) => [name, [name]]))));
    for (const [targets, name] of [
      [NAMES.slice(3).map(quoted).join(','), 'few'],
      [`@${out('sets.json')}`, 'sets'],
    ]) {
      const run = recaudit(audit(targets, name));
      const dry = recaudit([...audit(targets, `${name}-dry`), '--dry-run']);
      for (const { status, stdout, stderr } of [run, dry]) {
        expect(status).toBe(0);
        const lines = `${stdout}${stderr}`.split('\n');
        // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what must not be there
        expect(lines.filter((line) => /[\u0000-\u0008\u000b-\u001f\u202e]/.test(line))).toEqual([]);
        expect(Math.max(...lines.map((line) => line.length))).toBeLessThan(400);
      }
    }
    const unknown = recaudit([...audit(quoted(`no\u001b[2J${'z'.repeat(20_000)}`), 'never'), '--quiet']);
    expect(unknown.status).toBe(2);
    expect(unknown.stderr).not.toContain('\u001b');
    expect(unknown.stderr.length).toBeLessThan(400);
  });
});
