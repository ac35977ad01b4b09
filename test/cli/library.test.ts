import { describe, expect, it } from 'vitest';
import * as library from '../../dist/index.js';

describe('the library', () => {
  it('runs the example of its first page', async () => {
    const { createWasmKernels, embeddedDataset, hitRatio, SeedKey, wrmf, WRMF_SYNTHETIC } = library;
    const { train, test } = embeddedDataset(SeedKey.root(1).child('embedded'));
    const kernels = await createWasmKernels({ threads: 1 });
    const options = { ...WRMF_SYNTHETIC, epochs: 10 };
    const model = await wrmf.fit(train.interactions, options, SeedKey.root(1).child('victim'), { kernels });
    const users = Int32Array.from({ length: train.interactions.users }, (_, user) => user);
    const lists = await model.recommend({ users, top: 10 });
    expect(lists.items).toHaveLength(users.length * 10);
    expect(test.interactions.users).toBe(users.length);
    expect(
      hitRatio(lists, train.interactions, Int32Array.of(0), 10, users.length).mean,
    ).toBeGreaterThanOrEqual(0);
    model.dispose();
    kernels.dispose();
  });

  it('gives JSON Schema of every command', () => {
    for (const name of Object.keys(library.COMMANDS) as (keyof typeof library.COMMANDS)[])
      expect(library.jsonSchema(name)).toMatchObject({ type: 'object' });
  });
});
