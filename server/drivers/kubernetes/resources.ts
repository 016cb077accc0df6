/** What is read of Kubernetes' objects, under its own names (API 1.34); everything else is left out. */
import { z } from "zod";

const timestamp = z.string().transform((text) => Date.parse(text));
const meta = z.object({
  name: z.string(),
  namespace: z.string().default(""),
  uid: z.string(),
  resourceVersion: z.string().default(""),
  generation: z.number().default(0),
  creationTimestamp: timestamp.nullish(),
  deletionTimestamp: timestamp.nullish(),
  deletionGracePeriodSeconds: z.number().nullish(),
  labels: z.record(z.string(), z.string()).default({}),
  annotations: z.record(z.string(), z.string()).default({}),
  ownerReferences: z.array(z.object({ kind: z.string(), name: z.string(), uid: z.string() })).default([]),
});

const probe = z.object({
  initialDelaySeconds: z.number().default(0),
  periodSeconds: z.number().default(10),
  timeoutSeconds: z.number().default(1),
  failureThreshold: z.number().default(3),
});
const container = z.object({
  name: z.string(),
  image: z.string().default(""),
  command: z.array(z.string()).default([]),
  args: z.array(z.string()).default([]),
  readinessProbe: probe.optional(),
  livenessProbe: probe.optional(),
  lifecycle: z
    .object({
      preStop: z
        .object({ sleep: z.object({ seconds: z.number() }).optional() })
        .loose()
        .optional(),
    })
    .optional(),
});
export type Container = z.infer<typeof container>;

export const podSpec = z.object({
  nodeName: z.string().optional(),
  terminationGracePeriodSeconds: z.number().default(30),
  readinessGates: z.array(z.object({ conditionType: z.string() })).default([]),
  containers: z.array(container).min(1),
});
export type PodSpec = z.infer<typeof podSpec>;

const ended = z.object({
  exitCode: z.number(),
  signal: z.number().optional(),
  reason: z.string().default(""),
  finishedAt: timestamp.nullish(),
});
export type Ended = z.infer<typeof ended>;
const containerStatus = z.object({
  name: z.string(),
  ready: z.boolean().default(false),
  restartCount: z.number().default(0),
  image: z.string().default(""),
  imageID: z.string().default(""),
  state: z
    .object({
      waiting: z.object({ reason: z.string().default(""), message: z.string().default("") }).optional(),
      running: z.object({ startedAt: timestamp.nullish() }).optional(),
      terminated: ended.optional(),
    })
    .default({}),
});
const condition = z.object({
  type: z.string(),
  status: z.string(),
  reason: z.string().default(""),
  message: z.string().default(""),
  lastTransitionTime: timestamp.nullish(),
});
export type Condition = z.infer<typeof condition>;
export const pod = z.object({
  metadata: meta,
  spec: podSpec,
  status: z
    .object({
      phase: z.string().default(""),
      reason: z.string().default(""),
      message: z.string().default(""),
      startTime: timestamp.nullish(),
      conditions: z.array(condition).default([]),
      containerStatuses: z.array(containerStatus).default([]),
    })
    .default({ phase: "", reason: "", message: "", conditions: [], containerStatuses: [] }),
});
export type Pod = z.infer<typeof pod>;

const selector = z.object({ matchLabels: z.record(z.string(), z.string()).default({}) });
const template = z.object({
  metadata: z
    .object({
      labels: z.record(z.string(), z.string()).default({}),
      annotations: z.record(z.string(), z.string()).default({}),
    })
    .default({ labels: {}, annotations: {} }),
  spec: podSpec,
});
export const statefulSet = z.object({
  metadata: meta,
  spec: z.object({
    replicas: z.number().default(1),
    ordinals: z.object({ start: z.number().default(0) }).default({ start: 0 }),
    podManagementPolicy: z.string().default("OrderedReady"),
    minReadySeconds: z.number().default(0),
    selector,
    template,
    updateStrategy: z
      .object({
        type: z.string().default("RollingUpdate"),
        rollingUpdate: z.object({ partition: z.number().default(0) }).optional(),
      })
      .default({ type: "RollingUpdate" }),
  }),
  status: z
    .object({
      observedGeneration: z.number().default(0),
      replicas: z.number().default(0),
      readyReplicas: z.number().default(0),
      updatedReplicas: z.number().default(0),
      currentRevision: z.string().default(""),
      updateRevision: z.string().default(""),
    })
    .prefault({}),
});
export type StatefulSet = z.infer<typeof statefulSet>;

export const deployment = z.object({
  metadata: meta,
  spec: z.object({
    replicas: z.number().default(1),
    paused: z.boolean().default(false),
    minReadySeconds: z.number().default(0),
    selector,
    template,
  }),
  status: z
    .object({
      observedGeneration: z.number().default(0),
      replicas: z.number().default(0),
      updatedReplicas: z.number().default(0),
      readyReplicas: z.number().default(0),
      availableReplicas: z.number().default(0),
      unavailableReplicas: z.number().default(0),
      conditions: z.array(condition).default([]),
    })
    .prefault({}),
});
export type Deployment = z.infer<typeof deployment>;

export const service = z.object({
  metadata: meta,
  spec: z.object({
    selector: z.record(z.string(), z.string()).default({}),
    publishNotReadyAddresses: z.boolean().default(false),
  }),
});
export type Service = z.infer<typeof service>;

/** A condition that is not said is true for ready and serving, and false for terminating (discovery.k8s.io/v1). */
export const endpointSlice = z.object({
  metadata: meta,
  endpoints: z
    .array(
      z.object({
        targetRef: z
          .object({ kind: z.string().default(""), name: z.string().default(""), uid: z.string().default("") })
          .optional(),
        conditions: z
          .object({
            ready: z
              .boolean()
              .nullish()
              .transform((value) => value ?? true),
            serving: z
              .boolean()
              .nullish()
              .transform((value) => value ?? true),
            terminating: z
              .boolean()
              .nullish()
              .transform((value) => value ?? false),
          })
          .prefault({}),
      }),
    )
    .nullish()
    .transform((value) => value ?? []),
});
export type EndpointSlice = z.infer<typeof endpointSlice>;

export const budget = z.object({
  metadata: meta,
  spec: z.object({ selector: selector.optional() }),
  status: z
    .object({
      observedGeneration: z.number().default(0),
      disruptionsAllowed: z.number().default(0),
      currentHealthy: z.number().default(0),
      desiredHealthy: z.number().default(0),
      expectedPods: z.number().default(0),
    })
    .prefault({}),
});
export type Budget = z.infer<typeof budget>;

export const machine = z.object({
  metadata: meta,
  spec: z
    .object({ taints: z.array(z.object({ key: z.string(), effect: z.string().default("") })).default([]) })
    .prefault({}),
  status: z.object({ conditions: z.array(condition).default([]) }).prefault({}),
});
export type Machine = z.infer<typeof machine>;

export const accessReview = z.object({ status: z.object({ allowed: z.boolean(), reason: z.string().default("") }) });

const component = z.object({ image: z.string().default(""), replicas: z.number().default(1) });
/** starrocks.com/v1, as the StarRocks operator reads it. */
export const starRocksCluster = z.object({
  metadata: meta,
  spec: z.object({
    starRocksFeSpec: component.optional(),
    starRocksBeSpec: component.optional(),
    starRocksCnSpec: component.optional(),
  }),
});
export type StarRocksCluster = z.infer<typeof starRocksCluster>;

export function listOf<T>(
  item: z.ZodType<T>,
): z.ZodType<{ readonly items: readonly T[]; readonly resourceVersion: string }> {
  return z
    .object({ metadata: z.object({ resourceVersion: z.string().default("") }), items: z.array(item).nullable() })
    .transform(({ metadata, items }) => ({ items: items ?? [], resourceVersion: metadata.resourceVersion }));
}

export function isTrue(conditions: readonly Condition[], type: string): boolean {
  return conditions.some((one) => one.type === type && one.status === "True");
}

/** `1.2.3` of `registry:5000/app:1.2.3`; the digest where there is one; `latest` where nothing is said. */
export function versionOf(image: string): string {
  const digest = image.split("@")[1];
  if (digest !== undefined) return digest;
  const last = image.slice(image.lastIndexOf("/") + 1);
  const colon = last.indexOf(":");
  return colon === -1 ? "latest" : last.slice(colon + 1);
}

/** The same image under another tag or digest. */
export function withVersion(image: string, version: string): string {
  const [named = ""] = image.split("@");
  const slash = named.lastIndexOf("/");
  const colon = named.indexOf(":", slash + 1);
  const base = colon === -1 ? named : named.slice(0, colon);
  return version.startsWith("sha256:") ? `${base}@${version}` : `${base}:${version}`;
}
