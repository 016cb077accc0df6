/**
 * Under this name a page that has to be loaded again says so to the next one, which then takes up what was typed. The page
 * on which one logs in says it too: whoever comes back to a page by it may not have seen their session end.
 */
export const INTERRUPTED_KEY = "sluice-interrupted";
