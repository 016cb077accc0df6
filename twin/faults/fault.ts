/** What can go wrong, on demand and at any moment, while it lasts. `faults/active.json` in the twin's root holds those that do. */

/** A node by its name; everybody who is no node of the twin: a console, its browser, an operator's client. */
export type Party = string;
export const outside: Party = "console";

export type Fault =
  /** No packet passes between the two, in either direction: connections hang, new ones are never answered. */
  | { readonly kind: "cut"; readonly between: readonly [Party, Party] }
  /** The exit never ends, whatever it waits for. */
  | { readonly kind: "hangInExit"; readonly node: string }
  /** 0 is as fast as ever. */
  | {
      readonly kind: "slow";
      readonly node: string;
      readonly startMs: number;
      readonly statementsMs: number;
      readonly heartbeatsMs: number;
    }
  /** What an FE's clients get for an answer: noise, half of it, nothing. */
  | { readonly kind: "answers"; readonly node: string; readonly with: "garbage" | "half" | "nothing" }
  /** The node's clock is ahead by so much, or behind. */
  | { readonly kind: "clock"; readonly node: string; readonly offMs: number }
  /** Every replica of the backend lacks the newest version, and no repair helps. */
  | { readonly kind: "missesVersions"; readonly node: string }
  /** Nothing can be written in the node's home. */
  | { readonly kind: "diskFull"; readonly node: string };

export type Active = {
  /** Name to address, for those that know themselves by address. */
  readonly hosts: Readonly<Record<string, string>>;
  readonly faults: Readonly<Record<string, Fault>>;
};

export const noFaults: Active = { hosts: {}, faults: {} };

export type NodeFault = Exclude<Fault, { readonly kind: "cut" }>;

/** The faults of one kind that a node has. */
export function faultsOf<K extends NodeFault["kind"]>(
  active: Active,
  node: string,
  kind: K,
): readonly Extract<NodeFault, { readonly kind: K }>[] {
  return Object.values(active.faults).flatMap((fault) => (isOf(fault, node, kind) ? [fault] : []));
}

function isOf<K extends NodeFault["kind"]>(
  fault: Fault,
  node: string,
  kind: K,
): fault is Extract<NodeFault, { readonly kind: K }> {
  return fault.kind !== "cut" && fault.kind === kind && fault.node === node;
}

/** Whether nothing passes between two addresses. One that is no node's is the outside. */
export function isCut(active: Active, a: string, b: string): boolean {
  const cuts = Object.values(active.faults).filter((fault) => fault.kind === "cut");
  if (cuts.length === 0) return false;
  const names = new Map(Object.entries(active.hosts).map(([name, host]) => [host, name]));
  const [one, other] = [names.get(a) ?? outside, names.get(b) ?? outside];
  return cuts.some(({ between: [x, y] }) => (x === one && y === other) || (x === other && y === one));
}
