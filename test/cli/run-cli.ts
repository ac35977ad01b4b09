import { spawn, spawnSync } from 'node:child_process';
import { join } from 'node:path';

// The command line as users meet it: a process of its own, from bin/recaudit.js.

export const root = join(import.meta.dirname, '../..');
export const bin = join(root, 'bin/recaudit.js');

/** The tests' own environment must not decide whether there is colour. */
export function plainEnvironment(extra: Record<string, string> = {}): NodeJS.ProcessEnv {
  const { NO_COLOR: _, FORCE_COLOR: __, CI: ___, ...rest } = process.env;
  return { ...rest, TERM: 'xterm', ...extra };
}

export interface Outcome {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

interface Options {
  readonly cwd?: string;
  readonly env?: Record<string, string>;
}

export function recaudit(args: readonly string[], { cwd = root, env = {} }: Options = {}): Outcome {
  const options = { cwd, env: plainEnvironment(env), encoding: 'utf8', maxBuffer: 1e8 } as const;
  const { status, stdout, stderr } = spawnSync(process.execPath, [bin, ...args], options);
  return { status, stdout, stderr };
}

/** Sends a signal, by default SIGINT, whenever `when` says so of what the streams hold so far; once for each entry. */
export function recauditInterrupted(
  args: readonly string[],
  when: readonly ((output: string) => boolean)[],
  { cwd = root, env = {}, signal = 'SIGINT' }: Options & { readonly signal?: NodeJS.Signals } = {},
): Promise<Outcome> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [bin, ...args], { cwd, env: plainEnvironment(env) });
    let stdout = '';
    let stderr = '';
    let sent = 0;
    const check = () => {
      if (sent >= when.length || !when[sent](stdout + stderr)) return;
      sent++;
      child.kill(signal);
    };
    child.stdout.on('data', (text) => {
      stdout += text;
      check();
    });
    child.stderr.on('data', (text) => {
      stderr += text;
      check();
    });
    child.on('close', (status) => resolve({ status, stdout, stderr }));
  });
}

export const hasScript = spawnSync('script', ['--version']).status === 0;

/** On a terminal (through util-linux `script`): stdout and stderr come as one. */
export function recauditOnTerminal(
  args: readonly string[],
  { cwd = root, env = {}, columns = 100 }: Options & { readonly columns?: number } = {},
): Outcome {
  const quoted = [process.execPath, bin, ...args]
    .map((word) => `'${word.replaceAll("'", "'\\''")}'`)
    .join(' ');
  const { status, stdout } = spawnSync(
    'script',
    ['-qfec', `stty rows 30 cols ${columns}; ${quoted}`, '/dev/null'],
    {
      cwd,
      env: plainEnvironment(env),
      encoding: 'utf8',
      maxBuffer: 1e8,
    },
  );
  return { status, stdout, stderr: '' };
}
