"use client";
import { useEffect, useRef, useState } from "react";
import type { ConnectionReport, Finding, Section, SectionProblem, TestConnection } from "#lib/wire/configuration.ts";
import { whyNot } from "#components/data/client.ts";
import { confirmHostKey, testConnection } from "#components/data/mutations.ts";
import { t } from "#components/language/t.ts";

export type TestState =
  | { readonly at: "never" | "trying" | "stopped" }
  | { readonly at: "failed"; readonly why: string }
  | { readonly at: "found"; readonly report: ConnectionReport };

export type Test = {
  readonly state: TestState;
  /** Answers what was found, and which fields cannot be so. */
  readonly run: (wish: TestConnection) => Promise<{
    readonly report: ConnectionReport | null;
    readonly problems: readonly SectionProblem[];
  }>;
  readonly cancel: () => void;
  /** Vouches for the key that a host showed in the last test, and says why not. */
  readonly confirm: (key: NonNullable<Finding["hostKey"]>) => Promise<string | null>;
};

const NOTHING = { report: null, problems: [] } as const;

export function useTest(): Test {
  const [state, setState] = useState<TestState>({ at: "never" });
  const under = useRef<AbortController | null>(null);
  const tried = useRef<Section>({});
  useEffect(() => () => under.current?.abort(), []);
  return {
    state,
    async run(wish) {
      under.current?.abort();
      const mine = new AbortController();
      under.current = mine;
      tried.current = wish.section;
      setState({ at: "trying" });
      const answer = await testConnection(wish, mine.signal);
      if (under.current !== mine || mine.signal.aborted) return NOTHING;
      if (answer.ok) {
        setState({ at: "found", report: answer.value });
        return { report: answer.value, problems: [] };
      }
      const problems = answer.because === "problem" ? (answer.problem.all ?? []) : [];
      setState({
        at: "failed",
        why: problems.length > 0 ? t("Nothing was asked: correct what is marked first.") : whyNot(answer),
      });
      return { report: null, problems };
    },
    async confirm({ host, fingerprint }) {
      const answer = await confirmHostKey({ section: tried.current, host, fingerprint });
      return answer.ok ? null : whyNot(answer);
    },
    cancel() {
      under.current?.abort();
      setState({ at: "stopped" });
    },
  };
}
