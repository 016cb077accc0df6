/** The API's own record of a workload: a second watch that counts, and knows nothing of the console. */
import { readFileSync } from "node:fs";
import { request } from "node:https";
import { join } from "node:path";
import { z } from "zod";
import { isReady, RIG, SERVER } from "#server/drivers/kubernetes/testing/rig.ts";
import { pod, type Pod } from "#server/drivers/kubernetes/resources.ts";

export type Kept = {
  /** The fewest pods that were ready at once, and the most that were leaving or gone. */
  readonly fewestReady: number;
  /** In the order in which they ended. */
  readonly deleted: readonly string[];
};

export type PodRecord = { kept(): Kept; stop(): void };

const event = z.object({ type: z.string(), object: z.unknown() });

/** Begins when the first list was heard. */
export async function recordPods(namespace: string, app: string): Promise<PodRecord> {
  const live = new Map<string, Pod>();
  const deleted: string[] = [];
  let fewestReady = Number.POSITIVE_INFINITY;
  let begun = false;
  const path = `/api/v1/namespaces/${namespace}/pods?watch=true&allowWatchBookmarks=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&labelSelector=app%3D${app}`;
  const over = new AbortController();
  const take = (line: string, ready: () => void): void => {
    const { type, object } = event.parse(JSON.parse(line));
    if (type === "BOOKMARK") {
      begun = true;
      ready();
    } else {
      const one = pod.parse(object);
      if (type === "DELETED") {
        live.delete(one.metadata.uid);
        deleted.push(one.metadata.name);
      } else live.set(one.metadata.uid, one);
    }
    if (begun) fewestReady = Math.min(fewestReady, [...live.values()].filter(isReady).length);
  };
  await new Promise<void>((resolve, reject) => {
    const headers = { authorization: `Bearer ${readFileSync(join(RIG, "token"), "utf8").trim()}` };
    const ca = readFileSync(join(RIG, "pki/ca.crt"));
    const sent = request(new URL(path, SERVER), { headers, ca, agent: false, signal: over.signal }, (answer) => {
      let rest = "";
      answer.setEncoding("utf8");
      answer.on("error", () => undefined);
      answer.on("data", (chunk: string) => {
        const lines = `${rest}${chunk}`.split("\n");
        rest = lines.pop() ?? "";
        for (const line of lines) if (line !== "") take(line, resolve);
      });
    });
    sent.on("error", reject);
    sent.end();
  });
  return { kept: () => ({ fewestReady, deleted: [...deleted] }), stop: () => over.abort() };
}
