"use client";
import { useState } from "react";
import { askedKey, type Refusal, type RunRequest } from "#lib/run/request.ts";
import { refusalOf } from "#lib/run/refusal.ts";
import type { Run } from "#lib/run/state.ts";
import { said } from "#components/language/said.ts";
import { t } from "#components/language/t.ts";
import { whyNot } from "./client.ts";
import { useNow } from "./live-provider.tsx";
import { usePerson, whyNotAsk } from "./person.tsx";
import { requestOfRun } from "./mutations.ts";

export type RunAsking = {
  /** Sends it. Resolves with why it was not accepted, or null; nothing is shown before its event has arrived. */
  readonly ask: (request: RunRequest) => Promise<string | null>;
  /** Asked, and its event has not arrived yet. */
  readonly isPending: (request: RunRequest) => boolean;
  /** Why it may not be asked now; null when it may. */
  readonly whyNot: (request: RunRequest) => string | null;
};

/** Undefined: sent, and not yet answered. */
type Pending = ReadonlyMap<string, number | undefined>;

export function useRunRequest(run: Run | null): RunAsking {
  const nowMs = useNow();
  const person = usePerson();
  const [pending, setPending] = useState<Pending>(new Map());
  const set = (key: string, seq: number | undefined | null): void =>
    setPending((before) => {
      const next = new Map(before);
      if (seq === null) next.delete(key);
      else next.set(key, seq);
      return next;
    });
  return {
    async ask(request) {
      if (run === null) return t("The run is still being read.");
      const key = keyOf(request);
      set(key, undefined);
      const answer = await requestOfRun(run.id, request);
      set(key, answer.ok ? answer.value.seq : null);
      return answer.ok ? null : whyNot(answer);
    },
    isPending(request) {
      const key = keyOf(request);
      if (!pending.has(key)) return false;
      const seq = pending.get(key);
      return seq === undefined || (run !== null && run.seq < seq);
    },
    // What the person may never do comes before what cannot be done just now.
    whyNot: (request) =>
      run === null
        ? t("The run is still being read.")
        : (whyNotAsk(person, request) ?? inWords(refusalOf(run, request, nowMs))),
  };
}

function inWords(refusal: Refusal | null): string | null {
  return refusal === null ? null : said(refusal.reason);
}

function keyOf(request: RunRequest): string {
  return askedKey(request.do, "nodeId" in request ? request.nodeId : null);
}
