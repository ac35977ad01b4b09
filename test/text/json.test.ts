import fc from 'fast-check';
import { expect, it } from 'vitest';
import { jsonText } from '../../dist/text/json.js';

it('is one line for plain values', () => {
  expect(jsonText({ a: [1, 2], b: { c: [], d: 'x"' }, e: undefined })).toBe(
    '{\n  "a": [1, 2],\n  "b": {\n    "c": [],\n    "d": "x\\""\n  }\n}\n',
  );
});

it('parses to what was written', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      expect(JSON.parse(jsonText(value))).toEqual(JSON.parse(JSON.stringify(value)));
    }),
  );
});
