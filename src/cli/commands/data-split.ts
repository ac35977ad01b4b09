/** `recaudit data split`: a file into train.csv and test.csv. */

import { join } from 'node:path';
import { commandLine } from '../../config/command-line.js';
import { parseOptions, type RawOptions } from '../../config/parse.js';
import { makeFolder, refuseOverwriting } from '../../execution/files/atomic-file.js';
import { holdFolder } from '../../execution/files/folder-lock.js';
import { readFile, splitData } from '../../execution/prepare/load-data.js';
import { withSession } from '../session.js';
import { showNumber } from '../style.js';

export async function run(raw: RawOptions): Promise<void> {
  const options = parseOptions('data split', raw);
  await withSession(options, async (session) => {
    const [trainPath, testPath] = ['train.csv', 'test.csv'].map((name) => join(options.out, name));
    refuseOverwriting([trainPath, testPath], [options.file]);
    makeFolder(options.out);
    const line = commandLine('data split', raw);
    holdFolder(options.out, { command: 'data split', line }, session.progress.notice);
    const { dataset } = await readFile(options.file, options, options.kCore, session.progress, {
      needsTimes: options.split.kind === 'time',
    });
    session.progress.phase('splitting into training and test');
    const { train, test } = await splitData(dataset, options);
    const { datasetRows, wholeNumberColumns, writeInteractions } = await import('../../data/files/write.js');
    const sides = [
      { name: 'train', path: trainPath, dataset: train },
      { name: 'test', path: testPath, dataset: test },
    ];
    const values = (['rating', 'timestamp'] as const).filter((value) =>
      value === 'rating' ? dataset.ratings : dataset.timestamps,
    );
    const wholeNumbers = wholeNumberColumns(dataset);
    for (const { path, dataset: side } of sides) {
      session.progress.phase(`writing ${path}`);
      await writeInteractions(path, datasetRows(side), { values, wholeNumbers });
    }
    const files = sides.map(({ path, dataset: side }) => ({
      path,
      interactions: side.interactions.nonZeros,
      hash: side.hash,
    }));
    const text = () =>
      files.map(({ path, interactions }) => `${path}: ${showNumber(interactions)} interactions`);
    const { users, items } = dataset.interactions;
    const document = { schemaVersion: 1, command: 'data split', users, items, files };
    session.result(document, () => text().join('\n'));
  });
}
