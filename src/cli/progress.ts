/**
 * Progress on stderr: a live line on a terminal (at most ten redraws a second), plain lines on a pipe, JSON lines, or
 * nothing. stdout stays free for the result.
 */

import { clearLine, cursorTo } from 'node:readline';
import type { TaskEvent } from '../execution/pool.js';
import type { ProgressEvent } from '../recommenders/types.js';
import { showClock, showNumber } from './style.js';
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

const REDRAW_MS = 100;
const BAR = 20;

/** One live line: bar, share, time left, tasks done, phase and metric, task. */
export function liveProgress(stream: NodeJS.WriteStream): Progress {
  const meter = new WorkMeter();
  let text = '';
  let dirty = false;
  let drawn = false;
  const erase = () => {
    if (!drawn) return;
    cursorTo(stream, 0);
    clearLine(stream, 0);
    drawn = false;
  };
  const draw = () => {
    if (!dirty) return;
    dirty = false;
    const share = meter.share();
    const filled = Math.round(share * BAR);
    const bar = `[${'#'.repeat(filled)}${'-'.repeat(BAR - filled)}] ${String(Math.floor(share * 100)).padStart(3)}%`;
    const left = meter.secondsLeft();
    const line = [bar, left === null ? '' : `${showClock(left)} left`, text].filter((part) => part !== '');
    erase();
    stream.write(line.join('  ').slice(0, Math.max(1, (stream.columns || 80) - 1)));
    drawn = true;
  };
  const timer = setInterval(draw, REDRAW_MS);
  timer.unref();
  const set = (line: string) => {
    text = line;
    dirty = true;
  };
  const say = (line: string) => {
    erase();
    stream.write(`${line}\n`);
    dirty = text !== '';
    draw();
  };
  return {
    phase: (label) => {
      meter.begin();
      set(label);
      draw();
    },
    update: (event) => {
      meter.single(event);
      set(eventLine(event));
    },
    plan: (weights) => meter.plan(weights),
    task: (event) => {
      meter.task(event);
      if (event.kind === 'failed') say(`failed: ${event.label}: ${event.message}`);
      // The narrow line keeps the outer step and its metric while phases inside it pass.
      else if (event.kind !== 'progress') set(`${meter.counts()}  ${event.label}`);
      else if (!meter.isDetail(event.key, event.event))
        set(`${meter.counts()}  ${eventLine(event.event)}  ${event.label}`);
    },
    notice: say,
    end: () => {
      clearInterval(timer);
      erase();
    },
  };
}

function eventLine(event: ProgressEvent): string {
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
  const say = (line: string) => stream.write(`${line}\n`);
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
    task: ({ kind, ...rest }) => emit({ event: `task-${kind}`, ...rest }),
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
