import { neutralWords, type SystemWords } from "#lib/cluster/words.ts";
import type { Plan } from "#lib/run/plan.ts";
import type { ClusterView } from "#lib/wire/views.ts";

/** As the cluster's driver brings them along; of one that is not watched any more, what the plan has kept. */
export function wordsOf(cluster: ClusterView | null, plan: Pick<Plan, "steps"> | null): SystemWords {
  if (cluster !== null && cluster.words.name !== "") return cluster.words;
  return neutralWords(plan?.steps[0]?.work);
}
