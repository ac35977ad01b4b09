import { describe, expect, it } from 'vitest';
import { COMMANDS, type CommandName } from '../../dist/config/commands.js';
import { describeCommands, jsonSchema } from '../../dist/config/describe.js';
import { parseOptions } from '../../dist/config/parse.js';

describe('flags given several times', () => {
  it('add up where they are lists', () => {
    expect(parseOptions('audit', { victim: ['wrmf', 'item-cf,ease'] }).victim).toEqual([
      'wrmf',
      'item-cf',
      'ease',
    ]);
    expect(parseOptions('train', { set: ['wrmf.factors=4', 'wrmf.epochs=3'] }).set).toHaveLength(2);
  });

  it('a command is everything after cmd:, commas and quotes too', () => {
    const command = `cmd:sh -c 'echo "user,item" > {out}; true {train}'`;
    expect(parseOptions('audit', { victim: [command] }).victim).toEqual([command]);
    expect(parseOptions('audit', { victim: [`wrmf, ${command}`, 'ease'] }).victim).toEqual([
      'wrmf',
      command,
      'ease',
    ]);
  });
});

describe('parseOptions', () => {
  it('tags sizes, splits, seeds and targets; options of the attack stay text until it reads them', () => {
    const options = parseOptions('audit', {
      data: 'clicks.csv',
      fakeUsers: '131',
      split: 'time:0.1',
      timestampColumn: 'when',
      seeds: '4,7,9',
      targets: '@targets.json:head',
      unroll: '10',
      projection: 'threshold:0.05',
      learningRate: '1e-2',
    });
    expect(options.fakeUsers).toEqual({ count: 131 });
    expect(options.split).toEqual({ kind: 'time', fraction: 0.1 });
    expect(options.seeds).toEqual({ list: [4, 7, 9] });
    expect(options.targets).toEqual({ kind: 'file', path: 'targets.json', key: 'head' });
    expect(options.unroll).toBe('10');
    expect(options.projection).toBe('threshold:0.05');
    expect(options.learningRate).toBe(0.01);
  });

  it('has the documented defaults', () => {
    const options = parseOptions('audit', {});
    expect(options.seeds).toEqual({ count: 3 });
    expect(options.split).toEqual({ kind: 'random', fraction: 0.2 });
    expect(options.out).toBe('recaudit-runs');
    expect(options.seed).toBe(1);
    expect(options.attack).toEqual(['learned']);
    // The attack's own, which its table and its recipes have.
    expect(options.recipe).toBeUndefined();
  });

  it.each([
    ['17,42', { kind: 'ids', ids: ['17', '42'] }],
    ['"a,b",c', { kind: 'ids', ids: ['a,b', 'c'] }],
    ['"say ""hi""", x', { kind: 'ids', ids: ['say "hi"', 'x'] }],
    ['bucket:head:5', { kind: 'bucket', bucket: 'head', count: 5 }],
    ['@t.json', { kind: 'file', path: 't.json' }],
  ])('reads --targets %s', (text, expected) => {
    expect(parseOptions('audit', { targets: text }).targets).toEqual(expected);
  });

  it.each([
    [
      'learningRate',
      'NaN',
      '--learning-rate: expected a number above 0, got "NaN". Try --learning-rate 0.01',
    ],
    ['learningRate', '-1', '--learning-rate: expected a number above 0, got "-1". Try --learning-rate 0.01'],
    ['learningRate', 'Infinity', '--learning-rate: expected a number above 0, got "Infinity"'],
    ['outerLearningRate', 'NaN', '--outer-learning-rate: expected a number above 0, got "NaN"'],
    ['fakeUsers', '0', '--fake-users: expected a whole number of at least 1, or a percentage above 0%'],
    ['fakeUsers', '0%', '--fake-users: expected a whole number of at least 1, or a percentage above 0%'],
    ['fakeUsers', '101%', '--fake-users: expected a whole number of at least 1, or a percentage above 0%'],
    ['fakeUsers', '1.5', '--fake-users: expected a whole number'],
    ['kCore', '0', '--k-core: expected a whole number of at least 1, got "0". Try --k-core 10'],
    ['kCore', 'ten', '--k-core: expected a whole number of at least 1, got "ten"'],
    ['epochs', '', '--epochs: expected a whole number of at least 1, got ""'],
    ['split', 'random', '--split: expected random:SHARE or time:SHARE with a share between 0 and 1'],
    ['split', 'random:2', '--split: expected random:SHARE or time:SHARE with a share between 0 and 1'],
    ['seeds', '0', '--seeds: expected a whole number of at least 1, or a comma-separated list'],
    ['seeds', '1,x', '--seeds: expected a whole number of at least 1, or a comma-separated list'],
    ['targets', 'bucket:middle:5', '--targets: expected item ids separated by commas'],
    ['targets', '"open', '--targets: expected item ids separated by commas'],
    ['recipe', 'tang', '--recipe: expected one of default, tang2020, got "tang". Try --recipe default'],
    ['unroll', '0', '--unroll: expected a whole number of at least 1, exact, partial, or implicit, got "0"'],
    ['momentum', '1', '--momentum: expected a number of at least 0 and below 1, got "1"'],
    ['projection', 'threshold', '--projection: expected budget, or threshold:RHO with RHO between 0 and 1'],
    ['seed', '-3', '--seed: expected a whole number of at least 0'],
  ])('refuses --%s %s, naming the flag and what to do', (key, text, message) => {
    const parse = () => parseOptions('audit', { [key]: text });
    expect(parse).toThrow(expect.objectContaining({ code: 'config' }));
    expect(parse).toThrow(message);
    expect(parse).toThrow(new RegExp(`got "${text.replaceAll('"', '.')}"\\. Try --`));
  });

  it.each([
    [{ data: 'a', train: 'b', test: 'c' }, '--data and --train: expected one of them, got both'],
    [{ train: 'b' }, '--train: expected --test FILE with it, got none'],
    [{ test: 'b' }, '--test: expected --train FILE with it, got none'],
    [{ json: true, jsonl: true }, '--json and --jsonl: expected one of them, got both'],
    [{ userColumn: 'user' }, '--user-column: expected --data FILE with it, got the embedded synthetic set'],
    [{ header: false }, '--header: expected --data FILE with it, got the embedded synthetic set'],
    [{ split: 'random:0.3' }, '--split: expected --data FILE with it, got the embedded synthetic set'],
    [
      { train: 'b', test: 'c', split: 'leave-one-out' },
      '--split: expected --data FILE with it, got --train and --test. Drop it, or add --data FILE',
    ],
  ])('refuses options that do not fit together: %o', (raw, message) => {
    expect(() => parseOptions('audit', raw)).toThrow(message);
  });

  it('takes the columns of --train and --test, and of a file that is described', () => {
    expect(parseOptions('audit', { train: 'b', test: 'c', userColumn: '2' }).userColumn).toBe('2');
    expect(parseOptions('data describe', { file: 'a', userColumn: '2' }).userColumn).toBe('2');
  });

  it('says which word may have been meant, and quotes a list that is none', () => {
    const refused = (raw: Parameters<typeof parseOptions>[1]) => () => parseOptions('audit', raw);
    expect(refused({ kernels: 'natve' })).toThrow(/got "natve"\. Did you mean native\?$/);
    expect(refused({ kernels: 'quick-ones' })).toThrow(/got "quick-ones"\. Try --kernels auto$/);
    expect(refused({ victim: [''] })).toThrow(/or all, got ""\. Try --victim wrmf,item-cf$/);
    expect(refused({ set: ['a.b=1', 'c,'] })).toThrow(/got "a\.b=1" "c,"\. Try --set/);
  });

  it('names a missing option', () => {
    expect(() => parseOptions('evaluate', {})).toThrow(
      '--fake: expected a file, got nothing. Try --fake fake-profiles.csv',
    );
  });
});

describe('the command table', () => {
  const names = Object.keys(COMMANDS) as CommandName[];

  it('describes every option with its default and a unit where there is one', () => {
    for (const { name, sections } of describeCommands()) {
      const shown = [...new Set(sections.flatMap(({ flags }) => flags.map(({ key }) => key)))];
      const positional = COMMANDS[name as CommandName].positional.map(({ key }) => key as string);
      expect([...shown, ...positional].sort()).toEqual(
        Object.keys(COMMANDS[name as CommandName].schema.shape).sort(),
      );
      for (const { flags } of sections)
        for (const { syntax, help } of flags)
          if (syntax.includes(' ')) expect(`${name} ${syntax}: ${help}`).toMatch(/default: |required/);
    }
  });

  it('tells surrogates of one default together', () => {
    const flags = describeCommands()
      .flatMap(({ name, sections }) => (name === 'audit' ? sections : []))
      .flatMap(({ flags: rows }) => rows);
    const unroll = flags.find(({ key }) => key === 'unroll')!.help;
    expect(unroll).toContain('. Surrogate item-ae, mult-vae, light-gcn, bpr-mf: 5 (embedded data: exact)');
    for (const { help } of flags)
      for (const name of ['item-ae', 'mult-vae', 'bpr-mf'])
        expect(help.split(name).length).toBeLessThanOrEqual(2);
  });

  it.each(names)('%s gives a JSON Schema, and its examples parse', (name) => {
    expect(jsonSchema(name)).toMatchObject({
      title: `recaudit ${name}`,
      type: 'object',
      additionalProperties: false,
    });
    expect(COMMANDS[name].examples.length).toBeGreaterThan(0);
  });

  it('gives one number one meaning in JSON Schema too', () => {
    const schema = jsonSchema('audit') as { properties: { fakeUsers: { anyOf: object[] } } };
    expect(schema.properties.fakeUsers.anyOf).toHaveLength(2);
  });
});
