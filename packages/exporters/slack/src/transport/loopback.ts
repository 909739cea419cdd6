/** Whether a URL leads to this machine: the only place that secrets may go to unencrypted. */
export function isLoopback(url: URL): boolean {
  const { hostname } = url
  return hostname === 'localhost' || hostname === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(hostname)
}
