/** Where the active faults stand: written by a test or `main.ts fault`, read by every process of the twin. */
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { truthWriter } from "../truth.ts";
import { noFaults, type Active, type Fault } from "./fault.ts";

export const faultFolder = (root: string): string => join(root, "faults");
const file = (root: string): string => join(faultFolder(root), "active.json");

export function layOutFaults(root: string, hosts: Active["hosts"]): void {
  mkdirSync(faultFolder(root), { recursive: true });
  write(root, { hosts, faults: {} });
}

export function readFaults(root: string): Active {
  return existsSync(file(root)) ? parsed(readFileSync(file(root), "utf8")) : noFaults;
}

export function beginFault(root: string, id: string, fault: Fault): void {
  const active = readFaults(root);
  write(root, { ...active, faults: { ...active.faults, [id]: fault } });
  truthWriter(root)({ what: "fault", is: "began", id, kind: fault.kind, on: partiesOf(fault) });
}

export function endFault(root: string, id: string): void {
  const active = readFaults(root);
  const fault = active.faults[id];
  if (fault === undefined) return;
  write(root, { ...active, faults: Object.fromEntries(Object.entries(active.faults).filter(([key]) => key !== id)) });
  truthWriter(root)({ what: "fault", is: "ended", id, kind: fault.kind, on: partiesOf(fault) });
}

const partiesOf = (fault: Fault): readonly string[] => (fault.kind === "cut" ? fault.between : [fault.node]);

/** Whoever reads it reads it whole. */
function write(root: string, active: Active): void {
  writeFileSync(`${file(root)}.new`, JSON.stringify(active));
  renameSync(`${file(root)}.new`, file(root));
}

/** The file is written here alone. */
function parsed(text: string): Active {
  return JSON.parse(text);
}
