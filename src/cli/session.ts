/** What every command has: where its result goes, where its progress goes, and how Ctrl-C reaches it. */

import { EXIT_STATUS, interrupted } from '../errors.js';
import { noteTermination, reportFailure, terminationStatus } from './failure.js';
import { onSignals } from './guard/signals.js';
import { HeapWatch } from './heap-watch.js';
import { eventProgress, lineProgress, type Progress, silentProgress } from './progress.js';
import { type Paint, paintFor, shownResult } from './style.js';

export interface SessionOptions {
  readonly json: boolean;
  readonly jsonl?: boolean;
  readonly quiet: boolean;
}

export interface Session {
  readonly progress: Progress;
  readonly signal: AbortSignal;
  readonly paint: Paint;
  /** The result: one JSON document under --json, a JSON line under --jsonl, else the text. */
  result(document: object, text: () => string): void;
  /** While this runs, the first Ctrl-C lets the work reach a safe point; elsewhere it ends the command at once. */
  resumable<T>(work: () => Promise<T>): Promise<T>;
}

async function chooseProgress(options: SessionOptions): Promise<Progress> {
  if (options.jsonl === true) return eventProgress(process.stdout);
  if (options.quiet) return silentProgress;
  // A terminal that does not know its size cannot redraw a line.
  const live =
    process.stderr.isTTY &&
    process.stderr.columns > 0 &&
    process.stderr.rows > 0 &&
    process.env.TERM !== 'dumb';
  if (!live) return lineProgress(process.stderr);
  const { liveProgress } = await import('./live-progress.js');
  return liveProgress(process.stderr);
}

/** The heap is looked at when a phase begins: between two of them the event loop may not turn. */
function watched(progress: Progress, watch: HeapWatch): Progress {
  return {
    phase(label) {
      progress.phase(label);
      watch.look();
    },
    update: (event) => progress.update(event),
    plan: (weights) => progress.plan(weights),
    task: (event) => progress.task(event),
    notice: (message) => progress.notice(message),
    end: () => progress.end(),
  };
}

/** Runs a command's work with progress and Ctrl-C set up, and takes them down whatever happens. */
export async function withSession(
  options: SessionOptions,
  work: (session: Session) => Promise<void>,
): Promise<void> {
  const progress = await chooseProgress(options);
  const controller = new AbortController();
  let graceful = false;
  const onSignal = (signal: NodeJS.Signals) => {
    if (signal !== 'SIGINT') noteTermination(signal);
    if (graceful && !controller.signal.aborted) {
      const again = signal === 'SIGINT' ? 'press Ctrl-C again to stop' : 'a second signal stops';
      progress.notice(`Stopping at the next safe point; ${again} at once`);
      controller.abort();
      return;
    }
    progress.end();
    const error = interrupted('recaudit');
    process.stderr.write(`recaudit: ${error.message}\n`);
    process.exit(terminationStatus() ?? EXIT_STATUS.interrupted);
  };
  const endSignals = onSignals(onSignal);
  const watch = new HeapWatch((error) => {
    progress.end();
    process.exit(reportFailure(error, process.argv.slice(2)));
  });
  try {
    await work({
      progress: watched(progress, watch),
      signal: controller.signal,
      paint: paintFor(process.stdout),
      result(document, text) {
        progress.end();
        if (options.jsonl === true)
          process.stdout.write(`${JSON.stringify({ event: 'result', ...document })}\n`);
        else if (options.json) process.stdout.write(`${JSON.stringify(document, null, 2)}\n`);
        else process.stdout.write(`${shownResult(text(), process.stdout)}\n`);
      },
      async resumable(part) {
        graceful = true;
        try {
          return await part();
        } finally {
          graceful = false;
        }
      },
    });
  } finally {
    watch.stop();
    progress.end();
    endSignals();
  }
}
