export interface Weighted {
  readonly priority: number;
  readonly weight: number;
}

/**
 * The order in which to try servers (RFC 2782): lower priorities first, within one by chance in proportion to the weights.
 * @param random 0 up to, not including, 1
 */
export function orderServers<T extends Weighted>(
  servers: readonly T[],
  random: () => number = Math.random,
): T[] {
  const priorities = [...new Set(servers.map(({ priority }) => priority))].sort((a, b) => a - b);
  return priorities.flatMap((priority) =>
    drawAll(
      servers.filter((server) => server.priority === priority),
      random,
    ),
  );
}

function drawAll<T extends Weighted>(servers: readonly T[], random: () => number): T[] {
  // Weight 0 comes first so that it has a small chance beside others.
  const left = [...servers].sort((a, b) => Number(a.weight > 0) - Number(b.weight > 0));
  const drawn: T[] = [];
  while (left.length > 0) {
    const total = left.reduce((sum, { weight }) => sum + weight, 0);
    const mark = Math.floor(random() * (total + 1));
    let sum = 0;
    const at = left.findIndex(({ weight }) => {
      sum += weight;
      return sum >= mark;
    });
    drawn.push(...left.splice(Math.max(at, 0), 1));
  }
  return drawn;
}
