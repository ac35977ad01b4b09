import { describe, expect, it } from 'vitest';
import { RECOMMENDERS } from '../../dist/recommenders/registry.js';
import { didYouMean } from '../../dist/text/did-you-mean.js';

const names = Object.keys(RECOMMENDERS);

describe('didYouMean', () => {
  it.each([
    ['wmrf', 'wrmf'],
    ['WRMF', 'wrmf'],
    ['itemcf', 'item-cf'],
    ['light_gcn', 'light-gcn'],
    ['easy', 'ease'],
    ['nfc', 'ncf'],
  ])('%s: %s', (word, meant) => {
    expect(didYouMean(word, names)).toBe(`Did you mean ${meant}? `);
  });

  it.each(['nonsense', '', 'zzz', 'toolongtobeanyofthem'])('nothing for "%s"', (word) => {
    expect(didYouMean(word, names)).toBe('');
  });

  it('keeps the capitals of what is known, and has nothing where nothing is known', () => {
    expect(didYouMean('learning-rate', ['epochs', 'learningRate'])).toBe('Did you mean learningRate? ');
    expect(didYouMean('wrmf', [])).toBe('');
  });
});
