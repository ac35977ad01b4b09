/** The JSON document of `recaudit bench`: what was asked, where, and the results. */

import { readFileSync } from 'node:fs';
import * as z from 'zod';
import { RecauditError } from '../../errors.js';
import type { BenchResult } from './measure.js';

/** What changes the figures, of the options: no path, so that a document may be kept. */
export interface BenchAsked {
  readonly names: readonly string[];
  readonly repeat: number;
  readonly victim: readonly string[];
  readonly epochs?: number | undefined;
  readonly interactions?: number | undefined;
  readonly seed: number;
  readonly threads: number;
  readonly kernels: string;
}

export interface BenchDocument {
  readonly schemaVersion: 1;
  readonly command: 'bench';
  readonly machine: {
    readonly cpu: string;
    readonly cores: number;
    /** flavour, and what native ones use of the processor */
    readonly kernels: string;
    readonly versions: Readonly<Record<string, string>>;
  };
  readonly asked: BenchAsked;
  readonly results: readonly BenchResult[];
}

/** JSON has no infinity and no NaN: such a value is null in a file. */
const value = z
  .number()
  .nullable()
  .transform((number) => number ?? Number.NaN);

const figure = z.looseObject({
  name: z.string(),
  value,
  unit: z.string(),
  better: z.enum(['lower', 'higher', 'neither']).optional(),
  machine: z.literal(true).optional(),
});

const document = z.looseObject({
  schemaVersion: z.literal(1),
  command: z.literal('bench'),
  machine: z.looseObject({
    cpu: z.string(),
    cores: z.number(),
    kernels: z.string(),
    versions: z.record(z.string(), z.string()),
  }),
  asked: z.looseObject({
    names: z.array(z.string()).min(1),
    repeat: z.number(),
    victim: z.array(z.string()),
    epochs: z.number().optional(),
    interactions: z.number().optional(),
    seed: z.number(),
    threads: z.number(),
    kernels: z.string(),
  }),
  results: z.array(z.looseObject({ name: z.string(), figures: z.array(figure), notes: z.array(z.string()) })),
});

/** Why a file cannot be read, in words. */
function unreadable({ code = '', message }: NodeJS.ErrnoException): string {
  if (code === 'ENOENT' || code === 'ENOTDIR') return 'no such file';
  if (code === 'EISDIR') return 'a folder';
  return code === 'EACCES' || code === 'EPERM' ? 'permission denied' : message;
}

/** @throws RecauditError `data` for a file that is missing, no JSON, or no document of `recaudit bench` */
export function readBenchDocument(path: string): BenchDocument {
  const remedy = 'Write one with recaudit bench --json';
  let parsed: unknown;
  try {
    parsed = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    const got = error instanceof SyntaxError ? 'no JSON' : unreadable(error as NodeJS.ErrnoException);
    throw new RecauditError('data', `${path}: expected a bench document, got ${got}. ${remedy}`, {
      cause: error,
    });
  }
  const result = document.safeParse(parsed);
  if (result.success) return result.data as unknown as BenchDocument;
  const [{ path: where, message }] = result.error.issues;
  throw new RecauditError(
    'data',
    `${path}: expected a bench document, got one whose ${where.join('.') || 'content'} does not fit (${message}). ${remedy}`,
  );
}
