import { describe, expect, it } from 'vitest';
import { commandWords, fillWords } from '../../../dist/execution/command/words.js';

const values = {
  train: '/a b/train.csv',
  users: '/a b/users.csv',
  out: "/it's/out.csv",
  k: '10',
  seed: '7',
  threads: '2',
};

describe('commandWords', () => {
  it.each<[string, string[]]>([
    ['python3 my.py {train} {users} {out}', ['python3', 'my.py', '{train}', '{users}', '{out}']],
    ["  'my model.py'\t{train}\n{out} ", ['my model.py', '{train}', '{out}']],
    [`a "b 'c" d'e "f'g {train}{out}`, ['a', `b 'c`, 'de "fg', '{train}{out}']],
    ['a\\ b \\"c "\\$d \\\\ \\e \\`" {train} {out}', ['a b', '"c', '$d \\ \\e `', '{train}', '{out}']],
    ['a "" \'\' {train} {out}', ['a', '', '', '{train}', '{out}']],
    ['a "b\\\nc" d\\\ne {train} {out}', ['a', 'bc', 'de', '{train}', '{out}']],
    ['a b~c * ? [d] #e {train} {out}', ['a', 'b~c', '*', '?', '[d]', '#e', '{train}', '{out}']],
    [
      `a '{"b":{"c":1}}' {print} {train} {out}`.replace('{print}', '{}'),
      ['a', '{"b":{"c":1}}', '{}', '{train}', '{out}'],
    ],
  ])('splits %j as a shell would', (command, words) => {
    expect(commandWords(command)).toEqual(words);
  });

  it.each<[string, RegExp]>([
    ['', /expected a program and its arguments, got nothing/],
    ['   ', /expected a program and its arguments, got nothing/],
    ['"" {train} {out}', /expected a program and its arguments, got nothing/],
    ['a {train}', /expected \{train\} and \{out\}, got no \{out\}\. Add it/],
    ['a {out}', /got no \{train\}/],
    ['a {{train}} {out}', /got no \{train\}/],
    [
      'a {train} {out} {top}',
      /expected placeholders of \{train\}, .*, got \{top\}\. For that text itself write \{\{top\}\}/,
    ],
    ["a '{train} {out}", /expected a closing ', got none/],
    ['a "{train} {out}', /expected a closing ", got none/],
    ['a {train} {out} \\', /expected a character after the last \\/],
    ['a {train} > {out}', /runs without a shell, got an unquoted >\. Quote it, or run a shell: sh -c/],
    ['a {train} {out} | b', /an unquoted \|/],
    ['a {train} {out} && b', /an unquoted &/],
    ['a {train} {out}; b', /an unquoted ;/],
    ['$A {train} {out}', /an unquoted \$/],
    ['"$A" {train} {out}', /an unquoted \$/],
    ['~/a {train} {out}', /an unquoted ~/],
    ['a\0 {train} {out}', /a zero byte/],
  ])('refuses %j', (command, message) => {
    expect(() => commandWords(command)).toThrow(
      expect.objectContaining({ code: 'usage', message: expect.stringMatching(message) }),
    );
  });
});

describe('fillWords', () => {
  it('refuses what is no text', () => {
    for (const command of [null, undefined, 3])
      expect(() => commandWords(command as never)).toThrow(expect.objectContaining({ code: 'usage' }));
  });

  it('keeps a value one word, whatever is in it, and never fills in twice', () => {
    const words = commandWords('a {train} --out={out} -k{k}x{seed} {{k}} {threads}');
    expect(fillWords(words, values)).toEqual([
      'a',
      '/a b/train.csv',
      "--out=/it's/out.csv",
      '-k10x7',
      '{k}',
      '2',
    ]);
    expect(fillWords(['{train}'], { ...values, train: '{k}' })).toEqual(['{k}']);
  });
});
