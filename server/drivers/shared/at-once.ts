/** Side by side, but never more than so many: a cluster has a thousand nodes, and a host has one disk. */
export async function atOnce<T, R>(
  items: readonly T[],
  act: (item: T) => Promise<R>,
  most = 16,
): Promise<readonly R[]> {
  const results: R[] = [];
  const queue = items.entries();
  const worker = async (): Promise<void> => {
    for (const [index, item] of queue) results[index] = await act(item);
  };
  await Promise.all(Array.from({ length: Math.min(most, items.length) }, worker));
  return results;
}
