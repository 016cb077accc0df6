const SECRET = /((password|secret|token|key|credential)[\w.]*"?'?\s*(=|:|by)\s*)("[^"]*"|'[^']*'|\S+)/gi;

/** Without what a statement or a command's output may carry: passwords, and keys of outside storage. */
export function redacted(text: string): string {
  return text.replace(SECRET, "$1'***'");
}
