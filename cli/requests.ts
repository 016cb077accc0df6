/** What may be asked of a run from a terminal, one line each: words of the command line -> a request of the API. */
import { runRequest } from "#lib/wire/api.ts";
import type { RunRequest } from "#lib/run/request.ts";

export type Words = {
  readonly nodeId: string | null;
  readonly checkKey: string | null;
  readonly reason: string | null;
  readonly by: string | null;
  readonly to: string | null;
};

type Verb = { readonly usage: string; readonly toRequest: (words: Words) => unknown };

export const VERBS: Readonly<Record<string, Verb>> = {
  approve: { usage: "RUN NODE", toRequest: ({ nodeId }) => ({ do: "approve", nodeId }) },
  withdraw: { usage: "RUN NODE", toRequest: ({ nodeId }) => ({ do: "withdrawApproval", nodeId }) },
  pause: { usage: "RUN [--reason WHY]", toRequest: ({ reason }) => ({ do: "pause", reason: reason ?? "" }) },
  resume: { usage: "RUN", toRequest: () => ({ do: "resume" }) },
  abort: { usage: "RUN --reason WHY", toRequest: ({ reason }) => ({ do: "abort", reason }) },
  retry: { usage: "RUN NODE", toRequest: ({ nodeId }) => ({ do: "retry", nodeId }) },
  skip: { usage: "RUN NODE --reason WHY", toRequest: ({ nodeId, reason }) => ({ do: "skip", nodeId, reason }) },
  override: {
    usage: "RUN NODE CHECK --reason WHY",
    toRequest: ({ nodeId, checkKey, reason }) => ({ do: "override", nodeId, checkKey, reason }),
  },
  extend: {
    usage: "RUN NODE --by 10m (or -10m)",
    toRequest: ({ nodeId, by }) => ({ do: "moveDrainLimit", nodeId, byMs: durationMs(by) }),
  },
  "go-on": { usage: "RUN NODE", toRequest: ({ nodeId }) => ({ do: "goOn", nodeId }) },
  "put-back": {
    usage: "RUN NODE [--reason WHY]",
    toRequest: ({ nodeId, reason }) => ({ do: "putBack", nodeId, reason: reason ?? "" }),
  },
  shorten: {
    usage: "RUN NODE --to 60s",
    toRequest: ({ nodeId, to }) => ({ do: "shorten", nodeId, limitMs: durationMs(to) }),
  },
  force: { usage: "RUN NODE", toRequest: ({ nodeId }) => ({ do: "force", nodeId }) },
  "start-again": { usage: "RUN NODE", toRequest: ({ nodeId }) => ({ do: "startAgain", nodeId }) },
  note: {
    usage: 'RUN [NODE] "TEXT"',
    // One word is the text, two are the node and the text.
    toRequest: ({ nodeId, checkKey }) =>
      checkKey === null ? { do: "note", nodeId: null, text: nodeId } : { do: "note", nodeId, text: checkKey },
  },
  accept: { usage: "RUN NODE --reason WHY", toRequest: ({ nodeId, reason }) => ({ do: "accept", nodeId, reason }) },
};

export type ParsedRequest =
  { readonly ok: true; readonly request: RunRequest } | { readonly ok: false; readonly usage: string };

export function toRequest(verb: string, words: Words): ParsedRequest | null {
  const known = Object.hasOwn(VERBS, verb) ? VERBS[verb] : undefined;
  if (known === undefined) return null;
  const parsed = runRequest.safeParse(known.toRequest(words));
  return parsed.success
    ? { ok: true, request: parsed.data }
    : { ok: false, usage: `sluice ${verb} ${known.usage} --as NAME` };
}

const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** `90s`, `10m`, `-5m`; null for what is no duration. */
export function durationMs(text: string | null): number | null {
  const [, sign, digits, unit = ""] = /^([+-]?)(\d{1,9})(ms|s|m|h)$/.exec(text ?? "") ?? [];
  const unitMs = UNIT_MS[unit];
  if (digits === undefined || unitMs === undefined) return null;
  return Number(digits) * unitMs * (sign === "-" ? -1 : 1);
}
