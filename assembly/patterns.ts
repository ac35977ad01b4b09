/** The columns of a sparse pattern from its rows, by a counting sort: one chunk, because every entry moves the next. */

import { address, floats, word } from './job';

/**
 * Arguments: 0 row pointers, 1 rows, 2 column indices, 3 columns, 4 column pointers, 5 row indices, 6 CSR positions.
 *
 * Between the passes the pointer after column c is where c's next entry goes, so that it ends as the column's end.
 */
export function transposePattern(): void {
  const rowPointers = address(0);
  const rows = word(1);
  const columnIndices = address(2);
  const columns = word(3);
  const ends = address(4) + 4;
  const rowIndices = address(5);
  const csrPositions = address(6);
  const entries = load<i32>(rowPointers + floats(rows));
  memory.fill(address(4), 0, floats(columns + 1));
  const last = columnIndices + floats(entries);
  for (let at = columnIndices; at < last; at += 4) {
    const end = ends + floats(load<i32>(at));
    store<i32>(end, load<i32>(end) + 1);
  }
  let start = 0;
  for (let at = ends; at < ends + floats(columns); at += 4) {
    const count = load<i32>(at);
    store<i32>(at, start);
    start += count;
  }
  let entry = 0;
  for (let row = 0; row < rows; row++) {
    const stop = load<i32>(rowPointers + floats(row + 1));
    for (; entry < stop; entry++) {
      const end = ends + floats(load<i32>(columnIndices + floats(entry)));
      const position = load<i32>(end);
      store<i32>(end, position + 1);
      store<i32>(rowIndices + floats(position), row);
      store<i32>(csrPositions + floats(position), entry);
    }
  }
}
