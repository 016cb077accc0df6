/** A crowd as a page shows it first: what is told in sentences comes a moment later, with the socket's own snapshot. */
import type { Fact } from "#lib/cluster/observation.ts";
import type { NodeView } from "#lib/wire/views.ts";
import type { LiveCluster } from "./live.ts";

const CROWD_OVER = 60;

export function firstView(live: LiveCluster): LiveCluster {
  const nodes = Object.entries(live.state.nodes);
  if (nodes.length <= CROWD_OVER) return live;
  return { ...live, state: { ...live.state, nodes: Object.fromEntries(nodes.map(([id, view]) => [id, lean(view)])) } };
}

function lean(view: NodeView): NodeView {
  const { process, admission, routing, version } = view.observation;
  const [first] = routing;
  // Routers that agree are one, as far as the status goes.
  const agree = first !== undefined && routing.every(({ state }) => state === first.state);
  return {
    ...view,
    observation: {
      ...view.observation,
      process: process.map(unsaid),
      admission: admission.map(unsaid),
      routing: agree ? [first] : routing,
      identity: null,
      version: version === null ? null : unsaid(version),
    },
  };
}

function unsaid<T>(fact: Fact<T>): Fact<T> {
  return { ...fact, said: "" };
}
