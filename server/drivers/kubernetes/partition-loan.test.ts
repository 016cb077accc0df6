import { describe, expect, it } from "vitest";
import type { Loan } from "#lib/run/loan.ts";
import type { Failure } from "./client.ts";
import { givePartitionBack, surveyPartitions, takePartition } from "./partition-loan.ts";
import { PARTITION_BEFORE, STAGED } from "./template.ts";
import { aReading, CONFIG, nodesOf, POD_LIST, scriptedClient, SET, type Asked } from "./testing/recorded.ts";
import { World } from "./world.ts";

const SIGNAL = new AbortController().signal;
const NEW = "be-new";
const OLD = "be-old";

type Stage = {
  readonly partition?: number;
  readonly annotations?: Readonly<Record<string, string>>;
  /** By pod, the revision that it is of. */
  readonly revisions?: Readonly<Record<string, string>>;
  readonly unseen?: boolean;
  readonly refuses?: Failure;
  readonly type?: "RollingUpdate" | "OnDelete";
};

/** The recorded StatefulSet of three, as an API server keeps it. */
function staged(stage: Stage = {}): {
  readonly world: World;
  readonly sent: readonly Asked[];
  readonly now: () => unknown;
} {
  const { revisions = {}, type = "RollingUpdate" } = stage;
  let { partition = 0, annotations = {} } = stage;
  const object = (): unknown => ({
    ...SET,
    metadata: { ...SET.metadata, annotations },
    spec: { ...SET.spec, updateStrategy: { type, rollingUpdate: { partition } } },
    status: {
      ...SET.status,
      updateRevision: NEW,
      observedGeneration: SET.metadata.generation - (stage.unseen === true ? 1 : 0),
    },
  });
  const pods: unknown = JSON.parse(JSON.stringify(POD_LIST), (key, value: unknown) => {
    const isPod = typeof value === "object" && value !== null && "metadata" in value && "spec" in value;
    if (!isPod || key === "") return value;
    const text = JSON.stringify(value);
    const name = /"name":"(be-\d)"/.exec(text)?.[1] ?? "";
    return JSON.parse(
      text.replace(/"controller-revision-hash":"[^"]*"/, `"controller-revision-hash":"${revisions[name] ?? NEW}"`),
    );
  });
  const sent: Asked[] = [];
  const client = scriptedClient((asked) => {
    if (asked.path.includes("/pods")) return pods;
    if (asked.method === "GET") return stage.refuses ?? object();
    sent.push(asked);
    const body: unknown = asked.body;
    const text = JSON.stringify(body);
    partition = Number(/"partition":(\d+)/.exec(text)?.[1] ?? partition);
    const before = new RegExp(`"${PARTITION_BEFORE}":"(\\d+)"`).exec(text)?.[1];
    annotations = before === undefined ? {} : { ...annotations, [PARTITION_BEFORE]: before };
    return object();
  });
  const clock = { now: () => 0, wait: async () => await Promise.resolve() };
  const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
  const world = new World(CONFIG, { clock, log, sent: () => undefined, client });
  return { world, sent, now: () => ({ partition, annotations: Object.keys(annotations) }) };
}

const LOAN: Loan = {
  id: "r1/run/partition/be",
  runId: "r1",
  purpose: "run",
  nodeId: null,
  kind: "partition",
  on: "be",
  key: "partition",
  before: "0",
  value: "3",
  what: "partition = 3 on StatefulSet be (was 0)",
};
const OURS = { [PARTITION_BEFORE]: "0", [STAGED]: "registry.example/app:1.1.0" };

describe("the partition of a StatefulSet, borrowed", () => {
  it("is raised with what stood before beside it, read back, and not once more when it was lowered meanwhile", async () => {
    const { world, sent, now } = staged();
    expect(await takePartition(world, LOAN, SIGNAL)).toMatchObject({ outcome: "done" });
    expect(now()).toEqual({ partition: 3, annotations: [PARTITION_BEFORE] });
    expect(JSON.stringify(sent[0]?.body)).toContain('"resourceVersion"');
    const lowered = staged({ partition: 1, annotations: OURS });
    expect(await takePartition(lowered.world, LOAN, SIGNAL)).toMatchObject({ outcome: "done" });
    expect(lowered.sent).toEqual([]);
  });

  it("is given back when every pod has gone over, or when nobody has, and its annotations go", async () => {
    for (const partition of [0, 3]) {
      const { world, now } = staged({ partition, annotations: OURS });
      const loan = { ...LOAN, before: "1" };
      expect(await givePartitionBack(world, loan, SIGNAL)).toEqual({
        outcome: "returned",
        how: "partition = 1 on be, read back",
      });
      expect(now()).toEqual({ partition: 1, annotations: [] });
    }
  });

  it("stays where it is while it holds somebody on the version before, and tells who, and both ways out", async () => {
    const { world, sent } = staged({ partition: 2, annotations: OURS, revisions: { "be-0": OLD, "be-1": OLD } });
    expect(await givePartitionBack(world, LOAN, SIGNAL)).toEqual({
      outcome: "left",
      why: expect.stringMatching(
        /^partition = 2, for be-1, be-0 are still on \S+, and partition 0 would let its controller roll them at once\. Roll them by another run; or go back: kubectl -n recording rollout undo statefulset\/be, and then set the partition to 0$/,
      ),
    });
    expect(sent).toEqual([]);
  });

  it("is given back where what stood before holds them as well", async () => {
    const { world, now } = staged({ partition: 2, annotations: OURS, revisions: { "be-0": OLD } });
    expect(await givePartitionBack(world, { ...LOAN, before: "1" }, SIGNAL)).toMatchObject({ outcome: "returned" });
    expect(now()).toMatchObject({ partition: 1 });
  });

  it("that was given back already, or is somebody else's now, is left as it is", async () => {
    const { world, sent } = staged({ partition: 0 });
    expect(await givePartitionBack(world, LOAN, SIGNAL)).toMatchObject({ outcome: "returned" });
    const other = staged({ partition: 2 });
    expect(await givePartitionBack(other.world, LOAN, SIGNAL)).toEqual({
      outcome: "superseded",
      found: "partition = 2",
    });
    const onDelete = staged({ type: "OnDelete", annotations: OURS });
    expect(await givePartitionBack(onDelete.world, LOAN, SIGNAL)).toMatchObject({ outcome: "superseded" });
    expect([...sent, ...other.sent, ...onDelete.sent]).toEqual([]);
  });

  it("is owed while nobody can tell who would go: no answer, or a controller that has not seen the last change", async () => {
    const unseen = staged({ partition: 2, annotations: OURS, unseen: true });
    expect(await givePartitionBack(unseen.world, LOAN, SIGNAL)).toMatchObject({ outcome: "unknown" });
    const silent = staged({ refuses: { kind: "silent", message: "ECONNREFUSED" } });
    expect(await givePartitionBack(silent.world, LOAN, SIGNAL)).toMatchObject({ outcome: "unknown" });
    const code = { kind: "status", reason: "", message: "", causes: [], retryAfterS: null } as const;
    const gone = staged({ refuses: { ...code, code: 404 } });
    expect(await givePartitionBack(gone.world, LOAN, SIGNAL)).toMatchObject({ outcome: "returned" });
  });

  it("is surveyed for another version alone, and what stood before is what stood before the first of ours", () => {
    const nodes = (annotations: Readonly<Record<string, string>>, type: "RollingUpdate" | "OnDelete"): World => {
      const { set } = aReading();
      const { world } = staged();
      const spec = { ...set.spec, updateStrategy: { type, rollingUpdate: { partition: 2 } } };
      const changed = { ...set, metadata: { ...set.metadata, annotations }, spec };
      world.reading = { atMs: 0, nodes: nodesOf({ set: changed }), by: "api" };
      return world;
    };
    const plan = (targetVersion: string | null): Parameters<typeof surveyPartitions>[2] =>
      JSON.parse(JSON.stringify({ targetVersion, steps: [{ nodeId: "be-1" }, { nodeId: "be-0" }] }));
    expect(surveyPartitions(nodes({}, "RollingUpdate"), "r1", plan("1.1.0"))).toEqual([
      { ...LOAN, before: "2", what: "partition = 3 on StatefulSet be (was 2)" },
    ]);
    expect(surveyPartitions(nodes({ [PARTITION_BEFORE]: "0" }, "RollingUpdate"), "r1", plan("1.1.0"))).toEqual([LOAN]);
    expect(surveyPartitions(nodes({}, "RollingUpdate"), "r1", plan(null))).toEqual([]);
    expect(surveyPartitions(nodes({}, "OnDelete"), "r1", plan("1.1.0"))).toEqual([]);
  });
});
