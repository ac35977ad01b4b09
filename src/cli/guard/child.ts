/**
 * The command under its guard. Its stderr is descriptor 3, the guard's own; descriptor 2, where V8 writes its traces, leads to the guard.
 * It ends when the guard does.
 */

import '../../execution/module-files.js';
import { writeSync } from 'node:fs';
import { Writable } from 'node:stream';
import { isatty, WriteStream } from 'node:tty';
import { answerAs } from '../../execution/files/process-identity.js';
import { isSignalMessage } from './signal-message.js';

const STDERR = 3;
const FULL_PIPE_MS = 2;

/** A pipe that another process made non-blocking takes a part, or nothing, when it is full. */
function writeAll(bytes: Uint8Array): void {
  let rest = bytes;
  while (rest.length > 0) {
    try {
      rest = rest.subarray(writeSync(STDERR, rest));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, FULL_PIPE_MS);
    }
  }
}

/** Written at once, as Node's own stderr is. */
function plainStream(): Writable {
  const stream = new Writable({
    write(bytes: Uint8Array, _encoding, done) {
      try {
        writeAll(bytes);
        done();
      } catch (error) {
        done(error as Error);
      }
    },
    // A reader that has gone away may be told of more than once.
    autoDestroy: false,
  });
  return Object.assign(stream, { fd: STDERR });
}

function terminal(): WriteStream {
  const stream = new WriteStream(STDERR);
  process.on('SIGWINCH', () => {
    [stream.columns, stream.rows] = stream.getWindowSize();
    stream.emit('resize');
  });
  return stream;
}

const stderr = isatty(STDERR) ? terminal() : plainStream();
Object.defineProperty(process, 'stderr', { configurable: true, enumerable: true, value: stderr });

answerAs(process.ppid);
process.on('message', (message) => {
  // Before the command listens, a signal ends it as it ends any program.
  if (isSignalMessage(message) && process.listenerCount(message.signal) === 0)
    process.kill(process.pid, message.signal);
});
process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'));
process.channel?.unref();

await import('../main.js');
