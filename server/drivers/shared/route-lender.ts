/**
 * A router that lent a node's place and is not in the configuration any more: nobody can ask it, so nothing says that the
 * node is in again. The loan stays owed until somebody can.
 */
export function notConfigured(router: string, server: string): string {
  return `the configuration names no router ${router} with the server ${server} any more; name it again under routers:, or let it in there by hand`;
}
