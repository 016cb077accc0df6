import { errorAnswer, okAnswer, type Answer } from "#twin/mysql/answers.ts";
import type { Fe } from "../fe.ts";
import type { Profile } from "../profile.ts";
import type { NodeRecord } from "../store/records.ts";
import { ownZoneTimeText } from "../texts.ts";
import type { Statement } from "./statement.ts";

type Kind = NodeRecord["kind"];

const needs = ["BLACKLIST"] as const;
const listOf = (fe: Fe, kind: Kind) => (kind === "be" ? fe.backendBlacklist : fe.computeBlacklist);
const ids = (text: string): readonly number[] => text.split(",").map((each) => Number(each.trim()));

/** Strictly this FE's own list. Its times, alone of all, are in the FE's own zone (facts, 0.2). */
function show(fe: Fe, kind: Kind): Answer {
  const column = (name: string, length: number) => ({ name, type: "VAR_STRING" as const, length });
  return {
    kind: "rows",
    columns: [
      column(kind === "be" ? "BackendId" : "ComputeNodeId", 20),
      column("AddBlackListType", 20),
      column("LostConnectionTime", 20),
      column("LostConnectionNumberInPeriod", 10),
      column("CheckTimePeriod(s)", 10),
    ],
    rows: listOf(fe, kind)
      .entries(fe.nowMs())
      .map((entry) => [
        String(entry.id),
        entry.kind,
        ownZoneTimeText(entry.sinceMs),
        String(entry.failures),
        // It says seconds and prints the number of failures that are too many.
        fe.config.text("black_host_connect_failures_within_time"),
      ]),
  };
}

function add(fe: Fe, kind: Kind, wanted: readonly number[]): Answer {
  const unknown = wanted.find((id) => fe.store.nodes.get(String(id))?.kind !== kind);
  if (unknown !== undefined)
    return errorAnswer(1064, `Not found ${kind === "be" ? "backend" : "compute node"}: ${unknown}`);
  for (const id of wanted) listOf(fe, kind).addManual(id, fe.nowMs());
  return okAnswer();
}

function remove(fe: Fe, kind: Kind, wanted: readonly number[]): Answer {
  for (const id of wanted) listOf(fe, kind).delete(id);
  return okAnswer();
}

function trio(kind: Kind): readonly Statement[] {
  const words = kind === "be" ? "backend" : "compute\\s+node";
  const common = {
    answeredBy: "here",
    needs,
    knownTo: (profile: Profile) => (kind === "be" ? profile.backendBlacklist : profile.computeNodeBlacklist),
  } as const;
  const numbers = "(\\d+(?:\\s*,\\s*\\d+)*)";
  return [
    { ...common, pattern: new RegExp(`^show\\s+${words}\\s+blacklist$`, "i"), run: ({ fe }) => show(fe, kind) },
    {
      ...common,
      pattern: new RegExp(`^add\\s+${words}\\s+blacklist\\s+${numbers}$`, "i"),
      run: ({ fe }, match) => add(fe, kind, ids(match[1] ?? "")),
    },
    {
      ...common,
      pattern: new RegExp(`^delete\\s+${words}\\s+blacklist\\s+${numbers}$`, "i"),
      run: ({ fe }, match) => remove(fe, kind, ids(match[1] ?? "")),
    },
  ];
}

export const blacklistStatements: readonly Statement[] = [...trio("be"), ...trio("cn")];
