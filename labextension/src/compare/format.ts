/** Numbers and places as a person reads them. */

import type { Place, Side } from './model';

export function count(number: number): string {
  return number.toLocaleString('en-US');
}

/** With a capital letter, to begin a heading. */
export function capital(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}

/** `1 element`, `2 elements`. */
export function plural(number: number, noun: string): string {
  return `${count(number)} ${noun}${number === 1 ? '' : 's'}`;
}

export function seconds(value: number): string {
  if (value < 1e-3) {
    return `${(value * 1e6).toPrecision(3)} µs`;
  }
  if (value < 1) {
    return `${(value * 1e3).toPrecision(3)} ms`;
  }
  return `${value.toPrecision(3)} s`;
}

export function bytes(value: number): string {
  return value < 1024 ? `${value} B` : `${Number((value / 1024).toPrecision(3))} KiB`;
}

/** A measure of error: short, and exact where it is small and whole. */
export function error(value: number): string {
  if (Number.isInteger(value) && Math.abs(value) < 1e6) {
    return count(value);
  }
  return value.toPrecision(3);
}

/** Three dimensions without those that are 1: `12 × 256`. */
export function dimensions(sizes: readonly number[]): string {
  const shown = [...sizes];
  while (shown.length > 1 && shown[shown.length - 1] === 1) {
    shown.pop();
  }
  return shown.map(count).join(' × ');
}

/** Whole numbers as ranges: `0 to 3, 8, 32 to 63`. */
export function ranges(numbers: readonly number[]): string {
  const sorted = [...new Set(numbers)].sort((a, b) => a - b);
  const parts: string[] = [];
  for (let start = 0; start < sorted.length;) {
    let end = start;
    while (sorted[end + 1] === (sorted[end] as number) + 1) {
      end++;
    }
    const [first, last] = [sorted[start] as number, sorted[end] as number];
    parts.push(
      first === last ? `${first}` : `${first} ${last === first + 1 ? 'and' : 'to'} ${last}`
    );
    start = end + 1;
  }
  return parts.join(', ');
}

/** `reduction.cu:22`, or null where there is no place. */
export function placeText({ file, line }: Place): string | null {
  return file === null || line < 1 ? null : `${file}:${line}`;
}

/** Where and how a side ran, beside its label, and not what that says: `cpu:64, 64 lanes`. */
export function sideText(side: Side): string {
  const lanes = side.warpSize === null ? '' : `${side.warpSize} lanes`;
  return [side.label.includes(side.target) ? '' : side.target, side.label === lanes ? '' : lanes]
    .filter(part => part !== '')
    .join(', ');
}

/** How the run of a side ended, in a few words. */
export function statusText(side: Side): string {
  switch (side.status) {
    case 'ok':
      return side.exitStatus === null ? 'ran' : `exit status ${side.exitStatus}`;
    case 'compiled':
      return 'compiled, not run';
    case 'compile-error':
      return 'does not compile';
    case 'signal':
      return side.signal === null ? 'killed' : `killed by ${side.signal}`;
    case 'timeout':
      return 'did not end in time';
    case 'memory-limit':
      return 'took too much memory';
    default:
      return side.status;
  }
}
