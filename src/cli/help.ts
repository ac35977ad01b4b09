/** The text of `--help`: examples first, then every option with its unit and default. */

import type { CommandDescription, FlagRow } from '../config/describe.js';

const LEFT = 34;
const WIDTH = 110;

function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line];
}

function entry(left: string, right: string): string {
  const lines = wrap(right, WIDTH - LEFT);
  const first =
    left.length + 4 > LEFT
      ? `  ${left}\n${' '.repeat(LEFT)}${lines[0]}`
      : `  ${left}`.padEnd(LEFT) + lines[0];
  return [first, ...lines.slice(1).map((line) => ' '.repeat(LEFT) + line)].join('\n');
}

function section(title: string, rows: readonly string[]): string {
  return rows.length === 0 ? '' : `\n${title}\n${rows.join('\n')}\n`;
}

const flagEntry = (flag: FlagRow) => entry(flag.syntax, flag.help);

function exampleLines(examples: CommandDescription['examples']): string[] {
  return examples.flatMap(([command, meaning]) => [`  # ${meaning}`, `  ${command}`]);
}

/** Help of one command. */
export function commandHelp(command: CommandDescription): string {
  const words = command.positional.map(({ key, required, variadic }) => {
    const label = variadic ? `${key}...` : key;
    return required ? ` <${label}>` : ` [${label}]`;
  });
  return [
    `Examples\n${exampleLines(command.examples).join('\n')}\n`,
    `\nUsage\n  recaudit ${command.name}${words.join('')} [options]\n  ${command.summary}\n`,
    section('Arguments', command.positional.map(flagEntry)),
    ...command.sections.map(({ title, flags }) => section(title, flags.map(flagEntry))),
    section('Help', [entry('-h, --help', 'show this help')]),
  ].join('');
}

/** Help of the program, or of a group of commands such as `data`. */
export function programHelp(table: readonly CommandDescription[], group?: string): string {
  const commands = table.filter(({ name }) => group === undefined || name.startsWith(`${group} `));
  const examples = commands.map(({ examples: [first] }) => first);
  return [
    `Examples\n${exampleLines(examples).join('\n')}\n`,
    section(
      'Commands',
      commands.map(({ name, summary }) => entry(name, summary)),
    ),
    section('Options', [
      entry('-h, --help', 'show this help, or that of a command: recaudit audit --help'),
      entry('-V, --version', 'print the version and the kernels that run here'),
    ]),
    section('Exit status', [
      '  0 done; 1 bench compare: a figure got worse or is missing; 2 usage or configuration; 3 data or storage; 4 numeric failure; 5 some tasks failed;',
      '  70 internal error; 130 interrupted, 143 by SIGTERM (run the same command again to go on)',
    ]),
  ].join('');
}
