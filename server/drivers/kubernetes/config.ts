/** What a Kubernetes cluster's section of the configuration says: how to reach it, and which workloads are rolled. */
import { z } from "zod";

const absolutePath = z.string().regex(/^\//, "Not an absolute path. Write it from the root.");
const name = z
  .string()
  .regex(
    /^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/,
    "Not a name that Kubernetes gives. Use small letters, digits and dashes.",
  );
const condition = z
  .string()
  .regex(
    /^([a-z0-9]([a-z0-9.-]*[a-z0-9])?\/)?[A-Za-z0-9]([A-Za-z0-9_.-]*[A-Za-z0-9])?$/,
    'Not a condition type. Write it as in readinessGates, "sluice.dev/in-service".',
  );
const seconds = z.int().min(1).max(86_400);
const version = z
  .string()
  .regex(
    /^([A-Za-z0-9_][A-Za-z0-9_.-]{0,127}|sha256:[0-9a-f]{64})$/,
    "Neither a tag nor a digest (sha256: and 64 digits).",
  );

/** A page of the application's own figures, read through the API server's proxy, in the text form of Prometheus. */
const work = z.strictObject({
  port: z.int().min(1).max(65_535),
  path: z.string().startsWith("/").default("/metrics"),
  /** A gauge; all its series are added up. */
  inFlight: z.string().min(1),
  /** Counters; all their series are added up. */
  requests: z.string().min(1).optional(),
  failures: z.string().min(1).optional(),
  one: z.string().min(1).default("request"),
  many: z.string().min(1).default("requests"),
});
export type WorkConfig = z.infer<typeof work>;

const workload = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("StatefulSet"),
    name,
    /** The one that carries the version; the first, unless named. */
    container: name.optional(),
    /** Found by its selector, unless named. */
    service: name.optional(),
    /** The condition by which a pod is taken out of its Service and let in again. */
    readinessGate: condition.default("sluice.dev/in-service"),
    versions: z.array(version).default([]),
    work: work.optional(),
    /** Instead of the pod's own `terminationGracePeriodSeconds`. */
    exitLimitS: seconds.optional(),
    startLimitS: seconds.default(600),
  }),
  z.strictObject({
    kind: z.literal("Deployment"),
    name,
    container: name.optional(),
    versions: z.array(version).default([]),
    startLimitS: seconds.default(600),
  }),
  z.strictObject({
    kind: z.literal("StarRocksCluster"),
    name,
    versions: z.array(version).default([]),
    startLimitS: seconds.default(3600),
  }),
]);
export type WorkloadConfig = z.infer<typeof workload>;

export const kubernetesConfig = z.strictObject({
  id: z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/, "Not an id. Use small letters, digits and dashes."),
  name: z.string().min(1).max(100),
  system: z.literal("kubernetes"),
  /** `file`: a kubeconfig and one of its contexts; `inCluster`: the account of the pod that the console runs in. */
  access: z.discriminatedUnion("by", [
    z.strictObject({ by: z.literal("kubeconfig"), path: absolutePath, context: z.string().min(1).optional() }),
    z.strictObject({ by: z.literal("inCluster") }),
  ]),
  namespace: name,
  workloads: z.array(workload).min(1, "No workload is named. Give one, as in { kind: StatefulSet, name: web }."),
  requestTimeoutS: z.number().min(0.5).max(60).default(5),
});
export type KubernetesConfig = z.infer<typeof kubernetesConfig>;
