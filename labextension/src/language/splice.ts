/** Replace `deleteCount` entries from `start` by `inserted`. */
export interface Splice {
  start: number;
  deleteCount: number;
  inserted: string[];
}

/** The one splice that makes `before` into `after`, or null when they are equal. */
export function spliceBetween(before: readonly string[], after: readonly string[]): Splice | null {
  let start = 0;
  while (start < before.length && start < after.length && before[start] === after[start]) {
    start++;
  }
  if (start === before.length && start === after.length) {
    return null;
  }
  let kept = 0;
  while (
    kept < before.length - start &&
    kept < after.length - start &&
    before[before.length - 1 - kept] === after[after.length - 1 - kept]
  ) {
    kept++;
  }
  return {
    start,
    deleteCount: before.length - start - kept,
    inserted: after.slice(start, after.length - kept)
  };
}
