/** The rig's cluster as a console's configuration tells it: each FE in a network namespace of its own. */
export function rigSection(root: string, javaHome: string | undefined): unknown {
  const numbers = (count: number): readonly number[] => Array.from({ length: count }, (_, index) => index + 1);
  const frontends = numbers(3).map((n) => [
    `192.0.2.${n}:9010`,
    { name: `fe-${n}`, host: `fe-${n}`, home: `${root}/fe${n}` },
  ]);
  const backends = numbers(4).map((n) => [
    `192.0.2.${10 + n}:9050`,
    { name: `be-0${n}`, host: "backends", home: `${root}/be${n}` },
  ]);
  const computeNodes = numbers(2).map((n) => [
    `192.0.2.${20 + n}:9050`,
    { name: `cn-0${n}`, host: "backends", home: `${root}/cn${n}` },
  ]);
  return {
    id: "rig",
    name: "Rig",
    system: "starrocks",
    frontends: ["192.0.2.1:9030", "192.0.2.2:9030", "192.0.2.3:9030"],
    account: { user: "root" },
    hosts: [
      ...numbers(3).map((n) => ({ name: `fe-${n}`, kind: "local", prefix: ["ip", "netns", "exec", `rig-fe${n}`] })),
      { name: "backends", kind: "local" },
    ],
    nodes: Object.fromEntries([...frontends, ...backends, ...computeNodes]),
    install: { strategy: "swap", artifacts: `${root}/versions` },
    ...(javaHome === undefined ? {} : { javaHome }),
  };
}
