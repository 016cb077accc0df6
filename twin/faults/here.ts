/** The faults as this process knows them: of the twin in whose root it was started, or none. */
import { statSync, watch } from "node:fs";
import { join } from "node:path";
import { faultsOf, isCut, noFaults, type Active, type NodeFault } from "./fault.ts";
import { faultFolder, readFaults } from "./store.ts";

const root = process.env["TWIN_ROOT"] ?? null;
let known: Active = noFaults;
let readAs = "";
const listeners = new Set<() => void>();

/** Looks at the file's time at each question, so that a fault holds from the moment that it was written. */
function now(): Active {
  if (root === null) return noFaults;
  const file = statSync(join(faultFolder(root), "active.json"), { throwIfNoEntry: false });
  const stamp = file === undefined ? "" : `${file.ino} ${file.mtimeMs}`;
  if (stamp !== readAs) {
    readAs = stamp;
    known = readFaults(root);
  }
  return known;
}

/** What lasts, such as an open connection, is told of each change. */
export function onFaultsChanged(tell: () => void): void {
  if (root === null) return;
  if (listeners.size === 0 && statSync(faultFolder(root), { throwIfNoEntry: false }) !== undefined)
    watch(faultFolder(root), { persistent: false }, () => {
      for (const each of listeners) each();
    });
  listeners.add(tell);
}

export const cutBetween = (a: string, b: string): boolean => isCut(now(), a, b);

export function hangsInExit(node: string): boolean {
  return faultsOf(now(), node, "hangInExit").length > 0;
}

export function clockOffMs(node: string): number {
  return faultsOf(now(), node, "clock").reduce((sum, fault) => sum + fault.offMs, 0);
}

export function answersWith(node: string): Extract<NodeFault, { readonly kind: "answers" }>["with"] | null {
  return faultsOf(now(), node, "answers")[0]?.with ?? null;
}

export function missesVersions(node: string): boolean {
  return faultsOf(now(), node, "missesVersions").length > 0;
}

/** The nodes' names by address, for those that know others by address alone. */
export function nameOf(host: string): string | null {
  return Object.entries(now().hosts).find(([, each]) => each === host)?.[0] ?? null;
}

/** Waits as long as the node is to be slow at this. */
export async function beSlow(node: string, at: "startMs" | "statementsMs" | "heartbeatsMs"): Promise<void> {
  const ms = faultsOf(now(), node, "slow").reduce((sum, fault) => sum + fault[at], 0);
  if (ms > 0) await new Promise((resolve) => setTimeout(resolve, ms));
}
