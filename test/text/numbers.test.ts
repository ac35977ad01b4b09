import { describe, expect, it } from 'vitest';
import {
  bytes,
  count,
  duration,
  integer,
  percent,
  points,
  pointsInterval,
  pointsSize,
} from '../../dist/text/numbers.js';

describe('numbers in words', () => {
  it.each([
    [percent(0.0321), '3.21 %'],
    [percent(0), '0.00 %'],
    [percent(0.00004567), '0.0046 %'],
    [percent(1), '100.00 %'],
    [points(0.012), '+1.20 points'],
    [points(-0.012), '-1.20 points'],
    [points(-1e-17), '0.00 points'],
    [points(0.0000123), '+0.0012 points'],
    [pointsSize(-0.012), '1.20 points'],
    [pointsInterval({ low: -0.01, high: 0.02, level: 0.95 }), '95 % interval -1.00 to +2.00'],
    [integer(1234567), '1,234,567'],
    [integer(999), '999'],
    [count(1, 'unit'), '1 unit'],
    [count(0, 'unit'), '0 units'],
    [duration(2.345), '2.3 s'],
    [duration(75), '1 min 15 s'],
    [duration(7260), '2 h 1 min'],
    [bytes(3.21e9), '3.2 GB'],
    [bytes(4e8), '400 MB'],
  ])('%s', (got, expected) => {
    expect(got).toBe(expected);
  });
});
