// Times the kernels: `node bench/kernels.mjs [--threads 1,2] [--flavour simd|fma] [--only TEXT] [--json]`.
import { parseArgs } from 'node:util';
import { benchKernels } from '../dist/kernels/bench.js';

const { values } = parseArgs({
  options: {
    threads: { type: 'string', default: '1,2' },
    flavour: { type: 'string', default: 'auto' },
    only: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
});

const percent = (share) => (share === undefined ? '' : `${Math.round(100 * share)} %`);

function print(row) {
  const cells = [
    row.name.padEnd(62),
    `${row.threads} threads`.padEnd(10),
    `${row.milliseconds.toFixed(2)} ms`.padStart(12),
    `${row.rate.toFixed(1)} ${row.unit}`.padStart(14),
    percent(row.shareOfSquareProduct).padStart(7),
    row.speedUp === undefined ? '' : `x ${row.speedUp.toFixed(2)}`,
  ];
  console.log(cells.join(' ').trimEnd());
}

const report = await benchKernels({
  threads: values.threads.split(',').map(Number),
  flavour: values.flavour,
  ...(values.only === undefined ? {} : { only: values.only }),
  ...(values.json ? {} : { onRow: print }),
});
if (values.json) console.log(JSON.stringify(report, null, 2));
else console.log(`${report.flavour}, Node ${report.node}`);
