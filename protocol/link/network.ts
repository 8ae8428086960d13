const MAPPED_IPV4 = /^(?:::|(?:0{1,4}:){5})ffff:(\d+\.\d+\.\d+\.\d+)$/i;
const PREFIX_GROUPS = 4;

/**
 * What one peer can be expected to own: an IPv4 address, or the /64 of an IPv6 address. Anything that is no address
 * is a network of its own.
 */
export function networkOf(address: string): string {
  const mapped = MAPPED_IPV4.exec(address)?.[1];
  if (mapped !== undefined) return mapped;
  if (!address.includes(':')) return address;
  const [plain = ''] = address.split('%');
  const [head = '', tail] = plain.split('::');
  const front = groups(head);
  const back = tail === undefined ? [] : groups(tail);
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - front.length - back.length);
  const all = [...front, ...Array<string>(zeros).fill('0'), ...back];
  const prefix = all.slice(0, PREFIX_GROUPS).map((group) => group.replace(/^0+(?=.)/, ''));
  return `${prefix.join(':').toLowerCase()}::/64`;
}

/** The address of `address:port`, with or without brackets. */
export function hostOf(peer: string): string {
  return /^\[?(.+?)\]?:\d+$/.exec(peer)?.[1] ?? peer;
}

/** A dotted end stands for two groups; it never is in the prefix, so its value does not matter. */
function groups(text: string): string[] {
  if (text === '') return [];
  return text.split(':').flatMap((group) => (group.includes('.') ? ['0', '0'] : [group]));
}
