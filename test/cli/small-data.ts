import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { bin } from './run-cli.js';

/** A small data set, split: up to 200 users x 60 items (who clicks nothing is in no file). Options that make a run on it take about a second. */
export const QUICK = [
  '--factors',
  '4',
  '--epochs',
  '8',
  '--outer-steps',
  '3',
  '--unroll',
  '2',
  '--top',
  '10',
];

export function makeSmallData(folder: string): { data: string; train: string; test: string } {
  const data = join(folder, 'clicks.csv');
  const size = ['--users', '200', '--items', '60', '--rank', '8', '--threshold', '2'];
  execFileSync(process.execPath, [bin, 'data', 'synthesize', ...size, '--out', data, '--quiet']);
  execFileSync(process.execPath, [bin, 'data', 'split', data, '--out', folder, '--quiet']);
  return { data, train: join(folder, 'train.csv'), test: join(folder, 'test.csv') };
}
