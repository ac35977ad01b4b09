/** The job behind `--dry-run`'s time: how fast this machine trains this model on these data. */

import { recommenderNamed } from '../../recommenders/registry.js';
import { SeedKey } from '../../rng.js';
import { median } from '../bench/measure.js';
import { receiveAuditData, type SharedAuditData } from '../engine/audit-data.js';
import type { Job } from '../engine/messages.js';

const EPOCHS = 4;

/** Seconds of an epoch: the median after the first. */
export const speedJob: Job = async ({ options }: { options: object }, context): Promise<number> => {
  const { train } = receiveAuditData(context.shared as SharedAuditData);
  const kernels = await context.kernels();
  const times: number[] = [];
  let last = performance.now();
  const onProgress = () => {
    const now = performance.now();
    times.push((now - last) / 1000);
    last = now;
  };
  const short = { ...options, epochs: EPOCHS };
  const key = SeedKey.root(0).child('speed');
  const fitted = await recommenderNamed('wrmf').fit(train, short, key, { kernels, onProgress });
  fitted.dispose();
  return median(times.slice(1));
};
