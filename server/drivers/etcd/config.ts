/** An etcd cluster, as the YAML file describes it. A reference with an example: docs/systems/etcd.md. */
import { z } from "zod";
import { serverNodeShape, serversShape, whatFitsTogether } from "../servers/config.ts";

export const etcdConfig = z
  .strictObject({
    ...serversShape,
    system: z.literal("etcd"),
    /** Each under its `--name`, with the address of its client URL. */
    nodes: z.array(z.strictObject(serverNodeShape)).min(1, "No node is named. Give every member of the cluster."),
    /** How its client URLs begin. A certificate must be one that this machine trusts. */
    scheme: z.enum(["http", "https"]).default("http"),
  })
  .superRefine(whatFitsTogether, { when: () => true });

export type EtcdConfig = z.infer<typeof etcdConfig>;
