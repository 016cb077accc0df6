/** `main.ts fault`: the same faults for whoever rehearses at a terminal, on a twin that runs. */
import { randomUUID } from "node:crypto";
import { z } from "zod";
import { hasDisk, fill, free } from "./disks.ts";
import type { Fault } from "./fault.ts";
import { beginFault, endFault, readFaults } from "./store.ts";

const node = z.string();
const milliseconds = z.number().default(0);
const schema: z.ZodType<Fault> = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("cut"), between: z.tuple([z.string(), z.string()]) }),
  z.object({ kind: z.literal("hangInExit"), node }),
  z.object({
    kind: z.literal("slow"),
    node,
    startMs: milliseconds,
    statementsMs: milliseconds,
    heartbeatsMs: milliseconds,
  }),
  z.object({ kind: z.literal("answers"), node, with: z.enum(["garbage", "half", "nothing"]) }),
  z.object({ kind: z.literal("clock"), node, offMs: z.number() }),
  z.object({ kind: z.literal("missesVersions"), node }),
  z.object({ kind: z.literal("diskFull"), node }),
]);

/** What to print; throws a sentence for people. */
export function faultCommand(root: string, [act, argument]: readonly string[]): string {
  if (act === "begin" && argument !== undefined) return begin(root, schema.parse(JSON.parse(argument)));
  if (act === "end" && argument !== undefined) return end(root, argument);
  if (act === "list" || act === undefined) return JSON.stringify(readFaults(root).faults, null, 2);
  throw new Error("fault begin '{\"kind\":..}' | fault end ID | fault list");
}

function begin(root: string, fault: Fault): string {
  const { hosts } = readFaults(root);
  const unknown = (fault.kind === "cut" ? fault.between : [fault.node]).find(
    (name) => name !== "console" && hosts[name] === undefined,
  );
  if (unknown !== undefined) throw new Error(`the twin has no ${unknown}; it has ${Object.keys(hosts).join(", ")}`);
  if (fault.kind === "diskFull") {
    const home = `${root}/nodes/${fault.node}`;
    if (!hasDisk(home))
      throw new Error(`${fault.node} has no disk of its own; start the twin with --disks ${fault.node}`);
    fill(home);
  }
  const id = randomUUID().slice(0, 8);
  beginFault(root, id, fault);
  return id;
}

function end(root: string, id: string): string {
  const fault = readFaults(root).faults[id];
  if (fault === undefined) throw new Error(`no fault ${id}; fault list shows those that last`);
  if (fault.kind === "diskFull") free(`${root}/nodes/${fault.node}`);
  endFault(root, id);
  return `${id} ended`;
}
