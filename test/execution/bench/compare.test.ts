import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compareBench } from '../../../dist/execution/bench/compare.js';
import { type BenchDocument, readBenchDocument } from '../../../dist/execution/bench/document.js';
import type { Figure } from '../../../dist/execution/bench/measure.js';
import { recaudit } from '../../cli/run-cli.js';

const speeds = (gflops: number, gigabytes: number): Figure[] => [
  { name: 'matmul now', value: gflops, unit: 'GFLOP/s', machine: true },
  { name: 'square now', value: gigabytes, unit: 'GB/s', machine: true },
];

function bench(figures: readonly Figure[], asked: Partial<BenchDocument['asked']> = {}): BenchDocument {
  return {
    schemaVersion: 1,
    command: 'bench',
    machine: { cpu: 'some processor', cores: 2, kernels: 'wasm-simd', versions: { node: '20.20.2' } },
    asked: { names: ['models'], repeat: 5, victim: ['wrmf'], seed: 1, threads: 2, kernels: 'auto', ...asked },
    results: [{ name: 'gowalla, wrmf', figures, notes: [] }],
  };
}

const one = (value: number, unit: string, rest: Partial<Figure> = {}): Figure[] => [
  { name: 'it', value, unit, ...rest },
];

function verdict(before: Figure[], now: Figure[], tolerance = 0.1) {
  return compareBench(bench(before), bench(now), tolerance).figures[0];
}

describe('compareBench', () => {
  it.each([
    ['a time', one(10, 's'), one(11.2, 's'), 'worse'],
    ['a time within the tolerance', one(10, 's'), one(10.9, 's'), 'same'],
    ['a shorter time', one(10, 's'), one(8, 's'), 'better'],
    ['memory', one(300, 'MB'), one(400, 'MB'), 'worse'],
    ['a rate', one(40, 'GFLOP/s'), one(30, 'GFLOP/s'), 'worse'],
    ['a higher rate', one(40, 'GB/s'), one(60, 'GB/s'), 'better'],
    ['Recall', one(0.3, '', { better: 'higher' }), one(0.2, ''), 'worse'],
    ['an exponent', one(1, '', { better: 'lower' }), one(1.3, ''), 'worse'],
    ['a plain number', one(5, ''), one(9, ''), 'moved'],
    ['an intercept', one(5, 's', { better: 'neither' }), one(1, 's'), 'moved'],
    ['nothing that stays nothing', one(0, 's'), one(0, 's'), 'same'],
    ['a figure below 0', one(-0.2, 's', { better: 'neither' }), one(0.1, 's'), 'moved'],
  ] as const)('%s', (_, before, now, expected) => {
    expect(verdict([...before], [...now])).toMatchObject({ verdict: expected });
  });

  it("takes a time at the machine's own speed: worse only where it is at both floors", () => {
    const before = [...one(10, 's'), ...speeds(80, 60)];
    // Half the arithmetic, half the bandwidth, twice the time: the machine's doing.
    const slower = verdict(before, [...one(20, 's'), ...speeds(40, 30)]);
    expect(slower).toMatchObject({ ratio: 2, normalised: [1, 1], verdict: 'same' });
    // The same time on a machine of twice the speed.
    expect(verdict(before, [...one(10, 's'), ...speeds(160, 120)])).toMatchObject({
      normalised: [2, 2],
      verdict: 'worse',
    });
    // Worse if arithmetic bounds it, not if memory does.
    const open = verdict(before, [...one(15, 's'), ...speeds(80, 30)]);
    expect(open).toMatchObject({ normalised: [0.75, 1.5], verdict: 'same' });
    expect(
      verdict([...one(40, 'GB/s'), ...speeds(80, 60)], [...one(20, 'GB/s'), ...speeds(80, 30)]),
    ).toMatchObject({
      normalised: [1, 1],
      verdict: 'same',
    });
    // Memory is no matter of speed.
    expect(
      verdict([...one(9, 'MB'), ...speeds(80, 60)], [...one(18, 'MB'), ...speeds(40, 30)]),
    ).toMatchObject({
      normalised: null,
      verdict: 'worse',
    });
  });

  it('does not compare the yardstick, and names what is missing', () => {
    const before = bench([...one(1, 's'), { name: 'gone', value: 1, unit: 's' }, ...speeds(80, 60)]);
    const { figures, missing } = compareBench(before, bench([...one(1, 's'), ...speeds(80, 60)]), 0.1);
    expect(figures.map(({ figure }) => figure)).toEqual(['it']);
    expect(missing).toEqual(['gowalla, wrmf: gone']);
  });

  it('tells what else than the program differs', () => {
    const before = bench(one(1, 's'));
    const alike = { ...before, machine: { ...before.machine, versions: { node: '20.19.0' } } };
    expect(compareBench(before, alike, 0.1).differences).toEqual([]);
    const machine = { cpu: 'another', cores: 8, kernels: 'native (avx2)', versions: { node: '26.1.0' } };
    expect(compareBench(before, { ...bench(one(1, 's'), { repeat: 3 }), machine }, 0.1).differences).toEqual([
      { what: 'kernels', baseline: 'wasm-simd', current: 'native (avx2)' },
      { what: 'CPU', baseline: 'some processor', current: 'another' },
      { what: 'cores', baseline: 2, current: 8 },
      { what: 'Node', baseline: '20', current: '26' },
      { what: 'repetitions', baseline: 5, current: 3 },
    ]);
  });

  it('refuses unlike documents', () => {
    const [before, other] = [bench(one(1, 's')), bench([{ name: 'other', value: 1, unit: 's' }])];
    const refused = (now: BenchDocument) => () => compareBench(before, now, 0.1);
    expect(refused(other)).toThrow(/expected figures of "gowalla, wrmf", got "gowalla, wrmf"/);
    expect(refused(bench(one(1, 's'), { threads: 1 }))).toThrow(
      /expected both documents with threads 2, got 1/,
    );
    expect(refused(bench(one(1, 's'), { epochs: 3 }))).toThrow(
      /expected both documents with epochs by default, got 3/,
    );
  });
});

describe('recaudit bench compare', () => {
  let folder: string;
  const file = (name: string, content: unknown) => {
    const path = join(folder, name);
    writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
    return path;
  };
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'recaudit-compare-'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('ends with 1 where a figure got worse beyond the tolerance, else with 0', () => {
    const [before, after] = [
      file('before.json', bench(one(10, 's'))),
      file('after.json', bench(one(12, 's'))),
    ];
    const worse = recaudit(['bench', 'compare', before, after]);
    expect(worse.status).toBe(1);
    expect(worse.stdout).toMatch(
      /gowalla, wrmf +it +10 s +12 s +1\.20 +worse\n\n1 of 1 figures got worse\n$/,
    );
    const fine = recaudit(['bench', 'compare', before, after, '--tolerance', '0.3', '--json']);
    expect(fine.status).toBe(0);
    expect(JSON.parse(fine.stdout)).toMatchObject({
      command: 'bench compare',
      tolerance: 0.3,
      figures: [{ ratio: 1.2 }],
    });
  });

  it('ends with 1 where a figure is missing, and names it', () => {
    const gone = { name: 'gone', value: 1, unit: 's' };
    const before = file('more.json', bench([...one(10, 's'), gone]));
    const { status, stdout } = recaudit(['bench', 'compare', before, file('less.json', bench(one(10, 's')))]);
    expect(status).toBe(1);
    expect(stdout).toContain('not measured again: gowalla, wrmf: gone\n');
    expect(stdout).toMatch(/0 of 1 figures got worse; 1 of the baseline not measured again\n$/);
  });

  it('says that the kernels are not the same, and gives the verdict all the same', () => {
    const simd = bench(one(10, 's'));
    const native = { ...simd, machine: { ...simd.machine, kernels: 'native (avx512)' } };
    const { status, stdout } = recaudit([
      'bench',
      'compare',
      file('simd.json', simd),
      file('native.json', native),
    ]);
    expect(status).toBe(0);
    expect(stdout).toContain(
      'Not measured alike: kernels wasm-simd, now native (avx512). The figures may have moved for that alone.',
    );
    expect(stdout).toMatch(/baseline: .*kernels wasm-simd\nnow: .*kernels native \(avx512\)\n/);
  });

  it('measures what the baseline measured, with its options, where no second document is given', () => {
    const path = file('gowalla.json', bench(one(1, 's'), { names: ['gowalla-epoch'] }));
    const needsData = recaudit(['bench', 'compare', path, '--quiet']);
    expect(needsData.status).toBe(2);
    expect(needsData.stderr).toContain('--data: expected the folder of the Gowalla files');
    const missing = recaudit(['bench', 'compare', path, '--quiet', '--data', folder]);
    expect(missing.status).toBe(3);
    expect(missing.stderr).toContain('gowalla-15core.train.csv.gz: expected a readable file');
    const odd = recaudit([
      'bench',
      'compare',
      file('odd.json', bench(one(1, 's'), { repeat: 0 })),
      '--quiet',
    ]);
    expect(odd.status).toBe(3);
    expect(odd.stderr).toMatch(
      /odd\.json: expected options of recaudit bench, got asked\.repeat that does not fit/,
    );
  });

  it('takes no data to measure on where there is nothing to measure', () => {
    const path = file('two.json', bench(one(1, 's')));
    const { status, stderr } = recaudit(['bench', 'compare', path, path, '--data', folder, '--quiet']);
    expect(status).toBe(2);
    expect(stderr).toBe(
      'recaudit: --data: expected one document, which is measured again with it, got two. Drop it\n',
    );
  });

  it.each([
    ['nothing', undefined, /absent\.json: expected a bench document, got no such file\. Write one/],
    ['text', 'hello', /expected a bench document, got no JSON/],
    ['another document', { schemaVersion: 1, command: 'train' }, /got one whose command does not fit/],
    [
      'a document without what was asked',
      { ...bench(one(1, 's')), asked: undefined },
      /whose asked does not fit/,
    ],
  ])('refuses %s: exit status 3, one line', (name, content, message) => {
    const path = content === undefined ? join(folder, 'absent.json') : file(`${name}.json`, content);
    const { status, stderr } = recaudit(['bench', 'compare', path, '--quiet']);
    expect(status).toBe(3);
    expect(stderr).toMatch(message);
    expect(stderr.trim().split('\n').length).toBe(1);
    expect(() => readBenchDocument(path)).toThrow(message);
  });
});
