/**
 * What our own statements through every front door tell: how many were sent, which failed, where the run stood then, and
 * how many may fail at most, as far as that many answers can say.
 */
import type { NodeId } from "../cluster/node.ts";
import type { Phase } from "./plan.ts";

/** Where the run stands: the node in its step and the phase, both null between steps. */
export type ProbePlace = { readonly nodeId: NodeId | null; readonly phase: Phase | null };

/** Statements through one door while the run stood in one place. `notSent`: the door was being taken out. */
export type ProbeCount = ProbePlace & {
  readonly door: string;
  readonly sent: number;
  readonly failed: number;
  readonly notSent: number;
};

export type ProbeFailure = ProbePlace & { readonly atMs: number; readonly door: string; readonly error: string };

/** What is kept of a probe: sums since the last ones, and each failure by itself. */
export type ProbeEvent =
  | { readonly type: "ProbeCounted"; readonly counts: readonly ProbeCount[] }
  | { readonly type: "ProbeFailed"; readonly failure: ProbeFailure };

export type ProbeReport = {
  readonly sent: number;
  readonly failed: number;
  readonly notSent: number;
  /** The share of statements that fails is below this, with 95 % confidence; null before the first answer. */
  readonly upperBound95: number | null;
  readonly byDoor: readonly ProbeSum[];
  readonly byPlace: readonly ProbeSum[];
  /** In the order in which they happened. */
  readonly failures: readonly ProbeFailure[];
};

export type ProbeSum = {
  readonly key: string;
  readonly sent: number;
  readonly failed: number;
  readonly notSent: number;
};

export function reportOf(events: readonly ProbeEvent[]): ProbeReport {
  const counts = events.flatMap((event) => (event.type === "ProbeCounted" ? event.counts : []));
  const failures = events.flatMap((event) => (event.type === "ProbeFailed" ? [event.failure] : []));
  const sum = (of: "sent" | "failed" | "notSent"): number => counts.reduce((total, count) => total + count[of], 0);
  // A console that died kept each failure, and not the sums of its last seconds.
  const failed = Math.max(sum("failed"), failures.length);
  const sent = Math.max(sum("sent"), failed);
  return {
    sent,
    failed,
    notSent: sum("notSent"),
    upperBound95: upperBound95(failed, sent),
    byDoor: sumsBy(counts, ({ door }) => door),
    byPlace: sumsBy(counts, placeKey),
    failures: [...failures].sort((a, b) => a.atMs - b.atMs),
  };
}

/** `be-02 exit`; a place of its own for the time between steps. */
export function placeKey({ nodeId, phase }: ProbePlace): string {
  return nodeId === null ? "between steps" : phase === null ? nodeId : `${nodeId} ${phase}`;
}

function sumsBy(counts: readonly ProbeCount[], keyOf: (count: ProbeCount) => string): readonly ProbeSum[] {
  const sums = new Map<string, ProbeSum>();
  for (const count of counts) {
    const key = keyOf(count);
    const known = sums.get(key) ?? { key, sent: 0, failed: 0, notSent: 0 };
    sums.set(key, {
      key,
      sent: known.sent + count.sent,
      failed: known.failed + count.failed,
      notSent: known.notSent + count.notSent,
    });
  }
  return [...sums.values()];
}

const CONFIDENCE = 0.95;

/**
 * The exact one-sided bound of Clopper and Pearson: the share at which `failed` failures or fewer among `sent` would be
 * seen in 5 of 100 such probes only. Null where nothing was sent, for then nothing is known.
 */
export function upperBound95(failed: number, sent: number): number | null {
  if (sent <= 0) return null;
  if (failed >= sent) return 1;
  // P(X <= failed | p) falls as p grows: I(1 - p; sent - failed, failed + 1) in terms of the incomplete beta function.
  const chance = (p: number): number => incompleteBeta(1 - p, sent - failed, failed + 1);
  let low = failed / sent;
  let high = 1;
  for (let halvings = 0; halvings < 200 && high - low > 1e-12 * high; halvings += 1) {
    const middle = (low + high) / 2;
    if (chance(middle) > 1 - CONFIDENCE) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** Regularised, by Lentz' continued fraction on the side where it converges fast. */
function incompleteBeta(x: number, a: number, b: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  const front = Math.exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x));
  return x < (a + 1) / (a + b + 2) ? (front * fraction(x, a, b)) / a : 1 - (front * fraction(1 - x, b, a)) / b;
}

const TINY = 1e-300;
const MAX_TERMS = 10_000;

function fraction(x: number, a: number, b: number): number {
  const safe = (value: number): number => (Math.abs(value) < TINY ? TINY : value);
  let c = 1;
  let d = 1 / safe(1 - ((a + b) * x) / (a + 1));
  let value = d;
  for (let m = 1; m <= MAX_TERMS; m += 1) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / safe(1 + even * d);
    c = safe(1 + even / c);
    value *= d * c;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / safe(1 + odd * d);
    c = safe(1 + odd / c);
    const step = d * c;
    value *= step;
    if (Math.abs(step - 1) < 1e-15) break;
  }
  return value;
}

/** Stirling's series, exact to the last digits from 15 on; smaller ones are brought there. */
function logGamma(x: number): number {
  let shift = 0;
  let z = x;
  for (; z < 15; z += 1) shift += Math.log(z);
  const inverse = 1 / (z * z);
  const series = (1 / 12 - inverse * (1 / 360 - inverse * (1 / 1260 - inverse / 1680))) / z;
  return (z - 0.5) * Math.log(z) - z + Math.log(2 * Math.PI) / 2 + series - shift;
}
