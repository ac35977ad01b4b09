/** Progress on a terminal: one live line on stderr, redrawn at most ten times a second. */

import { createLogUpdate } from 'log-update';
import { inert } from '../text/names.js';
import { eventLine, type Progress } from './progress.js';
import { showClock } from './style.js';
import { WorkMeter } from './work-meter.js';

const REDRAW_MS = 100;
const BAR = 20;

/** One line of a terminal that is drawn over itself: bar, share, time left, then the text. */
class LiveLine {
  readonly #stream: NodeJS.WriteStream;
  readonly #log: ReturnType<typeof createLogUpdate>;
  readonly #meter: WorkMeter;
  readonly #timer: NodeJS.Timeout;
  #text = '';
  #dirty = false;

  constructor(stream: NodeJS.WriteStream, meter: WorkMeter) {
    this.#stream = stream;
    this.#log = createLogUpdate(stream);
    this.#meter = meter;
    this.#timer = setInterval(() => this.draw(), REDRAW_MS);
    this.#timer.unref();
  }

  /** The text that the next redraw shows. */
  set(text: string): void {
    this.#text = inert(text);
    this.#dirty = true;
  }

  draw(): void {
    if (!this.#dirty) return;
    this.#dirty = false;
    const share = this.#meter.share();
    const filled = Math.round(share * BAR);
    const bar = `[${'#'.repeat(filled)}${'-'.repeat(BAR - filled)}] ${String(Math.floor(share * 100)).padStart(3)}%`;
    const left = this.#meter.secondsLeft();
    const parts = [bar, left === null ? '' : `${showClock(left)} left`, this.#text];
    const width = Math.max(1, (this.#stream.columns || 80) - 1);
    const text = parts.filter((part) => part !== '').join('  ');
    this.#log(text.slice(0, width));
  }

  /** A line that stays, above the live one. */
  say(line: string): void {
    this.#log.clear();
    this.#stream.write(`${inert(line)}\n`);
    this.#dirty = this.#text !== '';
    this.draw();
  }

  end(): void {
    clearInterval(this.#timer);
    this.#log.clear();
    this.#log.done();
  }
}

/** A live line; what must stay is written above it. */
export function liveProgress(stream: NodeJS.WriteStream): Progress {
  const meter = new WorkMeter();
  const line = new LiveLine(stream, meter);
  return {
    phase: (label) => {
      meter.begin();
      line.set(label);
      line.draw();
    },
    update: (event) => {
      meter.single(event);
      line.set(eventLine(event));
    },
    plan: (weights) => meter.plan(weights),
    task: (event) => {
      meter.task(event);
      if (event.kind === 'failed') line.say(`failed: ${event.label}: ${event.message}`);
      // The narrow line keeps the outer step and its metric while phases inside it pass.
      else if (event.kind !== 'progress') line.set(`${meter.counts()}  ${event.label}`);
      else if (!meter.isDetail(event.key, event.event))
        line.set(`${meter.counts()}  ${eventLine(event.event)}  ${event.label}`);
    },
    notice: (message) => line.say(message),
    end: () => line.end(),
  };
}
