/**
 * Top-k lists that were made outside recaudit, by a user's command or object: every rule they must keep, and the
 * `RankedLists` they become. Nothing is repaired: a list that breaks a rule is an error that names it.
 *
 * Lists alone say nothing of ranks below k, so these carry no `targetRanks`. What it is not: it reads no file.
 */

import type { InteractionMatrix } from '../data/interactions.js';
import { RecauditError } from '../errors.js';
import type { RankedLists } from '../metrics/lists.js';
import type { SeedKey } from '../rng.js';

export interface ListRules {
  /** what the recommender was trained on; its rows are the seen items */
  readonly train: InteractionMatrix;
  /** distinct user indices, each of whom must get a list */
  readonly users: Int32Array;
  /** list length k */
  readonly top: number;
  /** whether a list may hold items its user has clicked; such a slot counts as holding nothing */
  readonly allowSeen: boolean;
  /** where the lists come from, for errors: a file, or what was called */
  readonly source: string;
  /** how errors call a user and an item; default their indices */
  readonly names?: {
    readonly user: (index: number) => string;
    readonly item: (index: number) => string;
  };
}

/** The seed of a recommender outside, in the range that every language's generator takes: [0, 2^31). */
export function externalSeed(seed: SeedKey): number {
  return seed.high >>> 1;
}

const NONE = -1;

/** Collects lists item by item, then checks them as a whole. */
export class ExternalLists {
  readonly #rules: ListRules;
  readonly #items: Int32Array;
  readonly #lengths: Int32Array;
  /** row of each user; NONE: not asked for */
  readonly #rows: Int32Array;
  /** items that somebody clicked: more than these no recommender can know */
  readonly #known: number;

  constructor(rules: ListRules) {
    const { train, users, top } = rules;
    this.#rules = rules;
    this.#items = new Int32Array(users.length * top).fill(NONE);
    this.#lengths = new Int32Array(users.length);
    this.#rows = new Int32Array(train.users).fill(NONE);
    users.forEach((user, row) => {
      this.#rows[user] = row;
    });
    this.#known = train.itemDegrees().filter((clicks) => clicks > 0).length;
  }

  /**
   * Adds one item to a user's list. Users who were not asked for are passed over.
   *
   * @param rank its place from 1; null: the next one
   * @param line line of the source
   * @throws RecauditError `data` for a rank outside 1 to k or taken, an item twice, a list above k items, a seen item
   */
  add(user: number, item: number, rank: number | null, line?: number): void {
    const { train, top, allowSeen } = this.#rules;
    const row = this.#rows[user];
    if (row === NONE) return;
    const place = rank === null ? this.#lengths[row] : rank - 1;
    if (rank !== null && !(Number.isSafeInteger(rank) && rank >= 1 && rank <= top))
      this.fail(
        line,
        `a rank from 1 to ${top} for ${this.#user(user)}, got ${rank}`,
        `Write ${top} items a user`,
      );
    if (place >= top)
      this.fail(
        line,
        `at most ${top} items for ${this.#user(user)}, got more`,
        `Write the first ${top} alone`,
      );
    const list = this.#items.subarray(row * top, (row + 1) * top);
    if (list[place] !== NONE)
      this.fail(line, `each rank once for ${this.#user(user)}, got rank ${rank} twice`, 'Rank from 1 on');
    if (list.includes(item))
      this.fail(
        line,
        `distinct items for ${this.#user(user)}, got ${this.#item(item)} twice`,
        'Recommend each item once',
      );
    if (!allowSeen && train.has(user, item))
      this.fail(
        line,
        `items that ${this.#user(user)} has not clicked in training, got ${this.#item(item)}`,
        'Leave seen items out, or allow them',
      );
    list[place] = item;
    this.#lengths[row]++;
  }

  /**
   * The lists, in the order of the users asked for.
   *
   * @throws RecauditError `data` where a user has no list, ranks leave a gap, or a list is shorter than k although the
   *   user has enough items left
   */
  finish(): RankedLists {
    const { users, top, allowSeen } = this.#rules;
    this.#checkEveryUser();
    users.forEach((user, row) => {
      this.#checkLength(user, row);
    });
    if (allowSeen) this.#dropSeen();
    return { users, top, items: this.#items };
  }

  #checkEveryUser(): void {
    const { users, train } = this.#rules;
    const without = users.filter((user, row) => this.#lengths[row] === 0 && this.#needed(user) > 0);
    if (without.length === 0) return;
    const some = Array.from(without.subarray(0, 3), (user) => this.#user(user)).join(', ');
    const got =
      without.length === users.length ? 'none' : `none for ${without.length} of them (such as ${some})`;
    const hint = train.row(without[0]).length === 0 ? ' (this one has no row in the training data)' : '';
    this.fail(
      undefined,
      `lists for all ${users.length} users asked for, got ${got}`,
      `Recommend to every user${hint}`,
    );
  }

  #checkLength(user: number, row: number): void {
    const { top } = this.#rules;
    const length = this.#lengths[row];
    const gap = this.#items.subarray(row * top, row * top + length).indexOf(NONE);
    if (gap >= 0)
      this.fail(
        undefined,
        `ranks without gaps for ${this.#user(user)}, got none at rank ${gap + 1} and some after it`,
        'Rank from 1 on',
      );
    const needed = this.#needed(user);
    if (length < needed)
      this.fail(
        undefined,
        `${needed} items for ${this.#user(user)}, got ${length}`,
        `Fill short lists up, for example with popular items (${this.#known} items in all)`,
      );
  }

  /** Items that a list must have: k, or all that are left of those that somebody clicked. */
  #needed(user: number): number {
    const { train, top, allowSeen } = this.#rules;
    return Math.min(top, this.#known - (allowSeen ? 0 : train.row(user).length));
  }

  /** A slot spent on an item its user has seen stays spent: what follows does not move up. */
  #dropSeen(): void {
    const { train, users, top } = this.#rules;
    users.forEach((user, row) => {
      for (let place = row * top; place < (row + 1) * top; place++)
        if (this.#items[place] !== NONE && train.has(user, this.#items[place])) this.#items[place] = NONE;
    });
  }

  #user(index: number): string {
    return `user ${this.#rules.names?.user(index) ?? index}`;
  }

  #item(index: number): string {
    return `item ${this.#rules.names?.item(index) ?? index}`;
  }

  /** Refuses the lists. @param line of the source @throws RecauditError('data') */
  fail(line: number | undefined, problem: string, advice: string): never {
    const where = line === undefined ? this.#rules.source : `${this.#rules.source}, line ${line}`;
    throw new RecauditError('data', `${where}: expected ${problem}. ${advice}.`);
  }
}
