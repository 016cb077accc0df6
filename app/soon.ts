const SOON_MS = 600;

/**
 * For what takes the time of hosts, which may be far or silent: it is in the page if it comes soon, and else the page comes
 * without it and its browser asks. Whoever pressed a button sees at once that it did something. Rejects as `reading` does, if
 * that is soon.
 */
export async function soon(reading: Promise<unknown>, withinMs = SOON_MS): Promise<void> {
  const over = Promise.withResolvers<void>();
  const timer = setTimeout(over.resolve, withinMs);
  try {
    await Promise.race([reading, over.promise]);
  } finally {
    clearTimeout(timer);
  }
}
