/** The topic `attention`: what calls for a person in every cluster, whole each time, for it is short. */
import type { Call } from "#lib/wire/call.ts";
import { callOf, callOfEnded } from "#lib/wire/call.ts";
import type { Clock } from "#server/orchestrator/ports.ts";
import type { Orchestrator } from "#server/orchestrator/orchestrator.ts";
import type { Feed } from "./services.ts";

export type Watched = {
  readonly id: string;
  readonly name: string;
  readonly orchestrator: Pick<Orchestrator, "activeRun" | "state" | "onChange">;
};

export type Fleet = {
  readonly clusters: () => readonly Watched[];
  /** A cluster came, went or changed. */
  readonly onChange: (listener: () => void) => () => void;
};

export function attentionFeed({ clusters, onChange }: Fleet, clock: Pick<Clock, "now">): Feed {
  const topic = "attention";
  let seq = 0;
  let told = "";

  function calls(): readonly Call[] {
    return clusters().flatMap(({ id, name, orchestrator }) => {
      const of = { clusterId: id, clusterName: name };
      const run = orchestrator.activeRun();
      const call = run === null ? callOfEnded(orchestrator.state().runs[0], of, clock.now()) : callOf(run, of);
      return call === null ? [] : [call];
    });
  }

  return {
    key: topic,
    start(publish) {
      told = keysOf(calls());
      const look = (): void => {
        const now = calls();
        if (keysOf(now) === told) return;
        told = keysOf(now);
        seq += 1;
        publish({ from: seq - 1, to: seq, message: { type: "attention", topic, seq, calls: now } });
      };
      const followAll = (): readonly (() => void)[] =>
        clusters().map(({ orchestrator }) => orchestrator.onChange(look));
      let leave = followAll();
      const leaveAll = (): void => {
        for (const each of leave) each();
      };
      const leaveFleet = onChange(() => {
        leaveAll();
        leave = followAll();
        look();
      });
      return () => {
        leaveFleet();
        leaveAll();
      };
    },
    snapshot: async () =>
      await Promise.resolve({ at: seq, message: { type: "attention", topic, seq, calls: calls() } }),
  };
}

function keysOf(calls: readonly Call[]): string {
  return calls.map(({ key }) => key).join("\n");
}
