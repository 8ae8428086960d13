/** The protocol name both sides agree on within TLS. */
export const ALPN = 'wayray/1';
