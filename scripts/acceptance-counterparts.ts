/** What a test was held against: known by where it stands. The first that fits counts. */

export type Counterpart = { readonly kind: "real" | "played" | "recorded" | "none"; readonly what: string };

const real = (what: string): Counterpart => ({ kind: "real", what });
const played = (what: string): Counterpart => ({ kind: "played", what });

const CONTROL_PLANE = real("a Kubernetes control plane; its kubelets are played");
const FRONT_ENDS = real("StarRocks front ends; their backends are played");

const PLACES: readonly (readonly [RegExp, Counterpart])[] = [
  [/\.starrocks\.int\.test\.ts$|^e2e\/starrocks\//, FRONT_ENDS],
  [/\.kubernetes\.int\.test\.ts$|^e2e\/kubernetes\//, CONTROL_PLANE],
  [
    /^(e2e\/mdex|server\/drivers\/mdex\/|twin\/mdex\/).*(\.int\.test|\.e2e)\.ts$/,
    played("a Dgraph after its documents"),
  ],
  [/^server\/drivers\/mdex\//, played("the engine's words, after its documents")],
  [/^e2e\/process/, real("Node processes behind HAProxy, under ab or a stream of requests")],
  [/^e2e\/router\.int/, real("HAProxy; the StarRocks twin behind it is played")],
  [/^server\/routers\/nginx\.int/, real("nginx")],
  [/^server\/routers\/haproxy\.int/, real("HAProxy")],
  [/^server\/routers\/.*\.int\.test\.ts$/, real("HAProxy and nginx")],
  [/^server\/drivers\/process\/.*\.int\.test\.ts$/, real("Node processes")],
  [/^server\/drivers\/servers\/.*systemd-booted\.int/, real("systemd, pid 1 of namespaces of its own")],
  [/^server\/drivers\/servers\/.*systemd\.int/, played("systemctl, over a real process")],
  [/^server\/drivers\/servers\/.*pm2\.int/, real("Node processes under PM2")],
  [/^server\/drivers\/servers\/.*\.int\.test\.ts$/, real("processes and wrappers")],
  [/^(server\/drivers\/grpc\/.*\.int\.test|e2e\/grpc.*)\.ts$/, real("gRPC servers")],
  [/^twin\/fe\/timelines\.int/, played("the StarRocks twin, held against recordings of front ends")],
  [/^twin\/.*\.int\.test\.ts$|^server\/drivers\/starrocks\/.*\.int\.test\.ts$/, played("the StarRocks twin")],
  [/^e2e\/(acts|control|inside|ledger|long-query|roll)\./, played("the StarRocks twin")],
  [/^server\/drivers\/starrocks\/read-cluster/, { kind: "recorded", what: "front ends' answers over time" }],
  [/^server\/drivers\/servers\/owners\/systemd-show/, { kind: "recorded", what: "what systemctl prints" }],
  [
    /^server\/drivers\/kubernetes\/(sighting|pod-watch|evict)\./,
    { kind: "recorded", what: "objects of a control plane" },
  ],
];

/** Rules and words alone: nothing stands opposite. */
const NOTHING: Counterpart = { kind: "none", what: "a rule, by itself" };

export function counterpartOf(file: string): Counterpart {
  return PLACES.find(([place]) => place.test(file))?.[1] ?? NOTHING;
}

/** Whether it stands above, or needs not: a test that speaks with something has to say with what. */
export function isTold(file: string): boolean {
  return counterpartOf(file) !== NOTHING || !/(\.int\.test|\.e2e|\.rig)\.tsx?$/.test(file);
}

export function inWords({ kind, what }: Counterpart): string {
  return kind === "none" ? what : `${kind}: ${what}`;
}
