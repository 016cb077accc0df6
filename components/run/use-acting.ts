"use client";
/** From an act to its button: asked through a question where it has one, told where it was refused, never optimistic. */
import { askedKey, type RequestName, type RunRequest } from "#lib/run/request.ts";
import type { Run } from "#lib/run/state.ts";
import { useConnection } from "#components/data/live-provider.tsx";
import { usePerson, whyNotAsk } from "#components/data/person.tsx";
import { useRunRequest, type RunAsking } from "#components/data/use-run-request.ts";
import { msg, t } from "#components/language/t.ts";
import { confirmAction } from "#components/stores/confirm-action.ts";
import { sendSoon, useSoon } from "#components/stores/soon.ts";
import { toast } from "#components/stores/toasts.ts";
import type { ActView, Question } from "./acts.ts";

export type Acting = {
  readonly press: (act: ActView) => void;
  readonly send: (request: RunRequest) => void;
  readonly ask: (question: Question, destructive: boolean, request: (reason: string) => RunRequest) => void;
  readonly isPending: (request: RunRequest) => boolean;
  /** Why the button is locked: the refusal, or that this browser has lost the console. */
  readonly lockOf: (act: Pick<ActView, "refused" | "request">) => string | null;
  readonly lockOfRequest: (request: RunRequest) => string | null;
  /** Why nothing may be begun: the data is older than 10 s. Bringing back, pausing and aborting are never locked by it. */
  readonly stale: string | null;
  /** Why nothing at all is asked here, whatever it is: a replay. Null where acts have reasons of their own. */
  readonly readOnly: string | null;
};

const LEAST_REASON = 3;

/**
 * Routine acts that send something to the cluster can be taken back for a moment. What only makes a run more careful, as
 * a pause or more time, leaves at once; an approval has its moment in the run itself; the rest asks first.
 */
const SENT_SOON: Readonly<Partial<Record<RequestName, string>>> = {
  resume: msg("Resuming the run"),
  retry: msg("Trying again"),
  startAgain: msg("Starting"),
};

const keyOf = (request: RunRequest): string => askedKey(request.do, "nodeId" in request ? request.nodeId : null);

export function useActing(run: Run): Acting {
  const asking = useRunRequest(run);
  const person = usePerson();
  const { console, at } = useConnection(run.plan.clusterId);
  const lost = console === "lost" ? t("This browser has lost the console.") : null;
  const ask: Acting["ask"] = (question, destructive, request) =>
    confirmAction({
      ...question,
      destructive,
      reason: question.reason === null ? null : { label: question.reason, minLength: LEAST_REASON },
      typed: question.typed ?? null,
      sends: question.sends === undefined || question.sends === null ? null : { runId: run.id, ...question.sends },
      onConfirm: (reason) => asking.ask(request(reason)),
    });
  const send = (request: RunRequest): void => {
    const words = SENT_SOON[request.do];
    if (words === undefined) return void say(asking, request);
    const act = t(words);
    const what =
      "nodeId" in request && request.nodeId !== null ? t("{act} {node}", { act, node: request.nodeId }) : act;
    return sendSoon(keyOf(request), what, () => void say(asking, request));
  };
  const soon = useSoon();
  return {
    press: ({ question, destructive, request }) =>
      question === null ? send(request("")) : ask(question, destructive, request),
    send,
    ask,
    isPending: (request) => soon.has(keyOf(request)) || asking.isPending(request),
    lockOf: ({ refused, request }) => lost ?? whyNotAsk(person, request("example")) ?? refused,
    lockOfRequest: (request) => lost ?? asking.whyNot(request),
    stale: lost ?? (at === "lost" ? t("The data is older than 10 s: nothing new is begun on it.") : null),
    readOnly: null,
  };
}

async function say(asking: RunAsking, request: RunRequest): Promise<void> {
  const refused = await asking.ask(request);
  if (refused !== null) toast(refused, { tone: "danger" });
}
