/** What should be known before a Dgraph is told to leave. */
import type { Check } from "#lib/run/check.ts";
import type { PlannedStep } from "#lib/run/plan.ts";
import type { ServiceLook } from "../servers/service.ts";
import { fails, passes, type Question } from "../shared/check-parts.ts";
import { secondsOf } from "./law.ts";
import type { DgraphSettings } from "./world.ts";

type Told = Pick<ServiceLook, "admission" | "process" | "remark">;

export function checksOf(
  step: Pick<PlannedStep, "nodeId" | "exitLimitMs" | "phases">,
  settings: DgraphSettings,
  told: Told,
): readonly Check[] {
  const leaves = step.phases.some(({ phase, skip }) => phase === "exit" && skip === null);
  return [readiness(step, settings, told), ...(leaves ? [limit(step), hearing(step, settings)] : [])];
}

/** Without it a restart is never seen to have succeeded: a ping proves nothing. */
function readiness({ nodeId }: Pick<PlannedStep, "nodeId">, { query }: DgraphSettings, told: Told): Check {
  const title = "Its readiness query is served";
  const question: Question = { id: "mdex-readiness", nodeId, title, severity: "needsReason" };
  const said = told.admission?.said ?? told.process?.said ?? "it answers neither a query nor a ping";
  if (told.admission?.value === "accepting" || told.process === null) return passes(question, said);
  if (told.process.value === "gone") return passes(question, `${said}; it is asked again when it is back`);
  return fails(
    question,
    said,
    `Give a query that it serves with 200 under query:; now it is ${query}. ${told.remark ?? ""}`.trim(),
  );
}

/** The guide's own warning: a base exit finishes a merge, and that may take hours. */
function limit({ nodeId, exitLimitMs }: Pick<PlannedStep, "nodeId" | "exitLimitMs">): Check {
  const title = "How long its exit may take";
  const question: Question = { id: "mdex-exit-limit", nodeId, title, severity: "note" };
  if (exitLimitMs === null) {
    return fails(
      question,
      "No limit is set: it finishes its queries, updates and background merges first. During a major merge that can take several hours.",
      "Where speed matters more than the merge, give the exit a limit in seconds; Shorten sets the first one while it lasts.",
    );
  }
  return passes(
    question,
    `timelimit=${secondsOf(exitLimitMs)}: queries that still run then see a closed connection and are not in the request log, ` +
      "updates are not applied, merges are aborted. A limit can be brought closer, never put off.",
  );
}

function hearing({ nodeId }: Pick<PlannedStep, "nodeId">, { onExit, admin }: DgraphSettings): Check {
  const title = "It can be told more while it leaves";
  const question: Question = { id: "mdex-hears", nodeId, title, severity: "note" };
  if (onExit === "refuse")
    return passes(question, `It goes on answering ${admin} while it leaves, so that its limit can be shortened.`);
  return fails(
    question,
    "Its release closes the port when it is told to leave: a limit cannot be shortened after that, only its process ended.",
    "Choose the limit before the exit.",
  );
}
