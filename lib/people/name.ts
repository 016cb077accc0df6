/** What a person may be called: it stands in the journal for ever, so it is one word that a person recognises. */
export const PERSON_NAME = /^[\p{L}\p{N}][\p{L}\p{N}._@+-]{0,63}$/u;
