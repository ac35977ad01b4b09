/**
 * Progress on stderr: plain lines on a pipe, JSON lines, or nothing (a terminal's live line is `live-progress.ts`).
 * stdout stays free for the result.
 */

import type { ProgressEvent } from '../compute.js';
import type { TaskEvent } from '../execution/engine/pool.js';
import { inert } from '../text/names.js';
import { showNumber } from './style.js';
import { WorkMeter } from './work-meter.js';

export interface Progress {
  /** A new part of the command begins. */
  phase(label: string): void;
  /** A single job reports. */
  update(event: ProgressEvent): void;
  /** A graph of tasks begins; `weights` by key say how much work each is. */
  plan(weights: ReadonlyMap<string, number>): void;
  task(event: TaskEvent): void;
  /** Something the user should know; no error. */
  notice(message: string): void;
  /** Clears the live line. */
  end(): void;
}

function showMetrics({ metrics }: ProgressEvent): string {
  const entries = Object.entries(metrics ?? {});
  return entries.map(([name, value]) => `${name} ${showNumber(value)}`).join(', ');
}

/** One job's state: `phase done/total: metrics`. */
export function eventLine(event: ProgressEvent): string {
  const metrics = showMetrics(event);
  return `${event.phase} ${event.done}/${event.total}${metrics === '' ? '' : `: ${metrics}`}`;
}

function taskLine(event: TaskEvent): string {
  return event.kind === 'progress' ? `${event.label}: ${eventLine(event.event)}` : event.label;
}

const LINE_MS = 10_000;

/** Plain lines: phases, starts and ends of tasks, and where a long one is every ten seconds. */
export function lineProgress(stream: NodeJS.WritableStream): Progress {
  const meter = new WorkMeter();
  const lastLine = new Map<string, number>();
  const say = (line: string) => stream.write(`${inert(line)}\n`);
  const now = (place: string) => lastLine.set(place, performance.now());
  const everySoOften = (place: string, line: () => string) => {
    if (performance.now() - (lastLine.get(place) ?? 0) < LINE_MS) return;
    now(place);
    say(line());
  };
  return {
    phase: (label) => {
      now('');
      say(label);
    },
    update: (event) => {
      if (event.done === event.total) say(eventLine(event));
      else everySoOften('', () => eventLine(event));
    },
    plan: (weights) => meter.plan(weights),
    task: (event) => {
      meter.task(event);
      switch (event.kind) {
        case 'stored':
          return say(`${meter.counts()} done before: ${event.label}`);
        case 'started':
          now(event.key);
          return say(`${meter.counts()} started: ${event.label}`);
        case 'progress':
          if (meter.isDetail(event.key, event.event)) return;
          return everySoOften(event.key, () => `  ${taskLine(event)}`);
        case 'finished':
          return say(`${meter.counts()} finished: ${event.label} in ${event.seconds.toFixed(1)} s`);
        case 'failed':
          return say(`${meter.counts()} failed: ${event.label}: ${event.message}`);
        default:
          event satisfies never;
      }
    },
    notice: say,
    end: () => {},
  };
}

/** Events as JSON lines on stdout, for other programs. */
export function eventProgress(stream: NodeJS.WritableStream): Progress {
  const emit = (event: object) => stream.write(`${JSON.stringify({ schemaVersion: 1, ...event })}\n`);
  return {
    phase: (label) => emit({ event: 'phase', label }),
    update: (event) => emit({ event: 'progress', progress: event }),
    plan: (weights) => emit({ event: 'plan', tasks: [...weights.keys()] }),
    task: (event) => {
      const { kind, key, label } = event;
      if (kind === 'progress') emit({ event: 'task-progress', key, label, progress: event.event });
      else emit({ ...event, event: `task-${kind}` });
    },
    notice: (message) => emit({ event: 'notice', message }),
    end: () => {},
  };
}

export const silentProgress: Progress = {
  phase: () => {},
  update: () => {},
  plan: () => {},
  task: () => {},
  notice: () => {},
  end: () => {},
};
