/** Up to so many a table of all of them is read faster. */
export const CROWD_OVER = 60;
