/** Settings whose value is a secret: it stands elsewhere, and is named as `env:NAME` or `file:/path`. */
const NAME = String.raw`(?:password|passphrase|token|secret|\w+(?:Password|Token|Secret))`;

const WHOLE = new RegExp(`^${NAME}$`);
/** Quoted or not, in a block or a flow; what follows may stand on the next line. */
const WITH_VALUE = new RegExp(String.raw`(?<![\w-])["']?${NAME}["']?\s*:\s*(?!["']?(?:env|file):)[^\s},#]`);

export function isSecretName(key: string): boolean {
  return WHOLE.test(key);
}

/** Whether text that is still being written may hold one. Rather yes than no: it is nowhere kept then. */
export function mayHoldSecret(yaml: string): boolean {
  return WITH_VALUE.test(yaml);
}
