/** Of an audit the newest are told, so many at most. */
export const MOST_AUDITED = 500;
