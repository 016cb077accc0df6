const SECRET = /((password|secret|token|key|credential)[\w.]*"?'?\s*(=|:|by)\s*)("[^"]*"|'[^']*'|\S+)/gi;

/** Without what a statement or a command's output may carry: passwords, and keys of outside storage. */
export function redacted(text: string): string {
  return text.replace(SECRET, "$1'***'");
}

const MOST_CHARACTERS = 1500;

/** The end of what a command of the operator's wrote, as it may stand in a journal for ever. */
export function lastWords(output: string): string {
  const text = redacted(output).trim();
  return text.length > MOST_CHARACTERS ? `… ${text.slice(-MOST_CHARACTERS)}` : text;
}
