/**
 * A comparison as the server writes it: `application/vnd.hipwright.compare+json`, version 1.
 */

export const MIME_TYPE = 'application/vnd.hipwright.compare+json';
export const VERSION = 1;

export type Verdict = 'agree' | 'differ' | 'failed' | 'warning' | 'skipped' | 'unpaired';

/** A place in a source; `line` is 0 and `file` null where there is none. */
export interface Place {
  file: string | null;
  line: number;
  column?: number;
}

export interface Stream {
  text: string;
  bytes: number;
  cut: boolean;
}

export interface Report extends Place {
  kind: string;
  message: string;
  kernel: string;
  block: number[] | null;
  thread: number[] | null;
  lanes: number[];
}

export interface Launch extends Place {
  kernel: string;
  count: number;
  grid: number[];
  block: number[];
  sharedMemoryBytes: number;
  seconds: number | null;
}

export interface Resources {
  kernel: string;
  architecture: string | null;
  vectorRegisters: number | null;
  scalarRegisters: number | null;
  sharedMemoryBytes: number | null;
  scratchBytes: number | null;
  spills: number | null;
  occupancy: number | null;
}

export interface Message extends Place {
  severity: string;
  message: string;
}

export interface RemainingFinding extends Message {
  code: string;
  url: string;
}

export interface Side {
  label: string;
  target: string;
  dialect: string;
  warpSize: number | null;
  device: string;
  /** What the seconds of launches mean. Those of the CPU device say nothing about a GPU. */
  times: 'gpu' | 'cpu-device' | 'none';
  toolchain: string;
  command: string[];
  cached: boolean;
  status: string;
  message: string;
  exitStatus: number | null;
  signal: string | number | null;
  compileSeconds: number | null;
  runSeconds: number | null;
  stdout: Stream;
  stderr: Stream;
  sources: { name: string; text: string }[];
  diagnostics: Message[];
  resources: Resources[];
  launches: Launch[];
  reports: Report[];
  reportsTotal?: number;
  findings: RemainingFinding[];
}

export interface Check {
  name: string;
  verdict: Verdict;
  sentence: string;
}

export interface Sample {
  index: number;
  left: string;
  right: string;
}

export interface CapturedArray extends Place {
  index: number;
  type: string;
  elements: number;
}

export interface ArrayComparison {
  name: string;
  verdict: Verdict;
  sentence: string;
  left: CapturedArray | null;
  right: CapturedArray | null;
  exact: boolean;
  elements: number;
  differing: number;
  maxAbsolute: number | null;
  maxRelative: number | null;
  maxUlp: number | null;
  first: Sample | null;
  worst: Sample | null;
  samples: Sample[];
  profile: number[];
}

export interface OutputLine {
  stream: string;
  leftLine: number | null;
  rightLine: number | null;
  left: string | null;
  right: string | null;
  reason: string;
}

export interface OutputComparison {
  verdict: Verdict;
  sentence: string;
  ignored: string[];
  differingLines: number;
  lines: OutputLine[];
}

export interface Pair {
  left: number;
  right: number;
  verdict: Verdict;
  sentence: string;
  checks: Check[];
  output: OutputComparison | null;
  arrays: ArrayComparison[];
}

export interface Comparison {
  format: 'hipwright.compare';
  version: number;
  title: string;
  verdict: Verdict;
  sentence: string;
  sides: Side[];
  pairs: Pair[];
  cannotShow: string[];
}

/** The comparison in some JSON; null when it is none, or of a version that is not known here. */
export function readComparison(data: unknown): Comparison | null {
  if (typeof data !== 'object' || data === null) {
    return null;
  }
  const candidate = data as Partial<Comparison>;
  const known =
    candidate.format === 'hipwright.compare' &&
    candidate.version === VERSION &&
    Array.isArray(candidate.sides) &&
    Array.isArray(candidate.pairs) &&
    candidate.pairs.length > 0 &&
    candidate.pairs.every(
      ({ left, right }) =>
        candidate.sides?.[left] !== undefined && candidate.sides[right] !== undefined
    );
  return known ? (data as Comparison) : null;
}

/** The two sides of a pair. */
export function sidesOf(comparison: Comparison, pair: Pair): { left: Side; right: Side } {
  return {
    left: comparison.sides[pair.left] as Side,
    right: comparison.sides[pair.right] as Side
  };
}
