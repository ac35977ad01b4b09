/** How a command ended, where that is a failure, as an error that a user can act on. */

import { type ErrorCode, RecauditError } from '../../errors.js';
import type { BoundedLog } from './bounded-log.js';
import type { CommandEnd } from './run-command.js';

/** @param system what the system calls the failure, such as ENOENT @param reason the same in words */
export function programError(
  code: ErrorCode,
  program: string,
  system: string,
  reason: string,
): RecauditError {
  const [got, advice] =
    system === 'ENOENT'
      ? ['no such program', 'Check its name, and that it is on the PATH']
      : system === 'EACCES'
        ? [
            'one that may not be executed',
            `Run chmod +x on it, or name its interpreter first, as in python3 ${program}`,
          ]
        : [reason, 'Check the command'];
  return new RecauditError(code, `command ${program}: expected a program to run, got ${got}. ${advice}.`);
}

/**
 * @param program the command's first word
 * @param log of what it printed; its last words and its path go into the message
 */
export function endError(
  end: CommandEnd,
  program: string,
  timeoutSeconds: number,
  log: BoundedLog,
): RecauditError {
  if (end.kind === 'not-started') return programError('data', program, end.code, end.reason);
  const words = log.lastWords();
  const said = words === '' ? 'It printed nothing' : `Its last words: ${words}`;
  const kept = log.path === null ? '' : ` (all of them: ${log.path})`;
  const failed = (expected: string, got: string, advice: string) =>
    new RecauditError(
      'data',
      `command ${program}: expected ${expected}, got ${got}. ${advice}. ${said}${kept}.`,
    );
  switch (end.kind) {
    case 'exited':
      return failed('exit status 0', `${end.status}`, 'Correct it and run again');
    case 'killed':
      return failed('exit status 0', `its death by ${end.signal}`, 'Correct it and run again');
    case 'timeout':
      return failed(
        `its end within ${timeoutSeconds} s`,
        'none, so it was ended',
        'Make it faster, or give it a longer time limit',
      );
    default:
      return failed('its end', 'an interruption', 'Run again');
  }
}
