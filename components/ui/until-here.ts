const AGAIN_MS = 1000;
const MOST_TRIES = 30;

/**
 * A part of the page that comes when it is needed, asked for until it has come: a console that is started again answers
 * within seconds, and a page that is open meanwhile must not fail for it. What never comes fails in the end.
 */
export async function untilHere<T>(load: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await load();
    } catch (error) {
      if (tries >= MOST_TRIES) throw error;
      await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
    }
  }
}
