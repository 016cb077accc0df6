import type { Actor } from "../actor.ts";
import { checkKey } from "../check.ts";
import type { RunEvent } from "../event.ts";

/** The words of a recorded history: short, and never the same for what is not the same. */

export function eventWords(event: RunEvent): string {
  switch (event.type) {
    case "RunStarted":
      return event.plan.steps.map(({ nodeId }) => nodeId).join(" ");
    case "WorkListed":
      return `${event.count}/${event.items.length}${event.empty ? " empty" : ""}`;
    case "ChecksAnswered": {
      const open = event.checks.filter(({ verdict }) => verdict !== "pass");
      const words = open.map((check) => `${checkKey(check)} ${check.verdict} ${check.severity}: ${check.evidence}`);
      return `${event.phase} ${event.checks.length} checks ${words.join("; ")}`.trimEnd();
    }
    case "WorkCut":
      return `${event.items.map(({ id }) => id).join(" ")} ${event.evidence}`;
    case "LedgerSettled":
      return [...Map.groupBy(event.rows, ({ outcome }) => outcome)]
        .map(([outcome, rows]) => `${outcome} ${rows.map((row) => `${row.id}@${seconds(row.listedAtMs)}`).join(" ")}`)
        .join(", ");
    case "CommandIssued": {
      const { id, verb: _, nodeId: __, ...rest } = event.command;
      return `${pathOf(id)} #${event.attempt} ${brief(rest)}`;
    }
    case "CommandAnswered":
      return `${pathOf(event.commandId)} #${event.attempt} ${event.outcome.outcome}${"forced" in event.outcome ? ` forced=${event.outcome.forced}` : ""}`;
    default: {
      const { type: _, ...rest } = event;
      return short(brief("nodeId" in rest ? { ...rest, nodeId: undefined } : rest), 90);
    }
  }
}

/** What needs no name to be known. */
const NAMELESS: ReadonlySet<string> = new Set([
  "is",
  "why",
  "evidence",
  "reason",
  "because",
  "outcome",
  "phase",
  "nodeId",
]);

/** A value in few words: names and what they stand for, without the signs of JSON, and nothing of what is not. */
export function brief(value: unknown): string {
  if (Array.isArray(value)) return value.map(brief).join(" ");
  if (isActor(value)) return value.kind === "rule" ? value.rule : value.id;
  if (typeof value === "string") return value;
  if (typeof value !== "object") return JSON.stringify(value) ?? "-";
  if (value === null) return "-";
  return Object.entries(value)
    .filter(([, inner]) => inner !== undefined && inner !== null && inner !== "")
    .map(([key, inner]) => {
      const isTime = typeof inner === "number" && key.endsWith("Ms");
      const words = isTime ? `${inner / 1000}s` : typeof inner === "object" ? `(${brief(inner)})` : brief(inner);
      return NAMELESS.has(key) ? words : `${key}=${words}`;
    })
    .join(" ");
}

function isActor(value: unknown): value is Actor {
  return typeof value === "object" && value !== null && "kind" in value && ("via" in value || "rule" in value);
}

/** As much of a sentence as tells it from others. */
export function short(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most)}…`;
}

/** A command's id without its run. */
function pathOf(commandId: string): string {
  return commandId.slice(commandId.indexOf("/") + 1);
}

export function seconds(ms: number | null): string {
  return ms === null ? "-" : String(ms / 1000);
}
