import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { ProfilesResult } from '../../../dist/audit/types.js';
import { readInteractions } from '../../../dist/data/index.js';
import { writeProfiles } from '../../../dist/execution/files/profile-files.js';
import { put, temporaryFolder } from '../../data/files/files.js';

const folder = temporaryFolder();

const crafted: ProfilesResult = {
  kind: 'craft',
  profiles: [[0, 1], [1]],
  provenance: {
    attack: 'learned',
    version: 1,
    goal: 'push',
    targets: [1],
    seed: '0',
    keptStep: 0,
    budgeted: true,
  },
  history: [],
  notes: [],
  invariants: [],
};

describe('writeProfiles', () => {
  it('writes fake users in the form of the real ones, ids, ratings and timestamps alike', async () => {
    const real = ['a3f0,x,5,100', 'b97c,y,3,200', 'c01e,x,4,300', 'd5aa,y,1,400'];
    const path = put(folder, 'data.csv', `user,item,rating,time\n${real.join('\n')}\n`);
    const { dataset } = await readInteractions(path, { ratingColumn: 'rating', timestampColumn: 'time' });
    const origin = { sources: { ratings: 'goal', timestamps: 'sessions' }, seed: 1 } as const;
    const out = `${folder}/fake.csv`;
    await writeProfiles(out, crafted, dataset, '0123456789abcdef', origin, {});
    const [header, ...rows] = readFileSync(out, 'utf8').trimEnd().split('\n');
    expect(header).toBe('user,item,rating,timestamp');
    expect(rows).toHaveLength(3);
    for (const row of rows) {
      const [user, item, rating, timestamp] = row.split(',');
      expect(user).toMatch(/^[a-d][0-9a-f]{3}$/);
      expect(dataset.users.indexOf(user)).toBeUndefined();
      expect(['x', 'y']).toContain(item);
      expect(item === 'y' ? ['5'] : ['5', '4']).toContain(rating);
      expect(['100', '200', '300', '400']).toContain(timestamp);
    }
    const side = JSON.parse(readFileSync(`${folder}/fake.provenance.json`, 'utf8'));
    expect(side.fakeUsers.toSorted()).toEqual([...new Set(rows.map((row) => row.split(',')[0]))].sort());
  });
});
