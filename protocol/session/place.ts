/** One connection of one terminal: where a session can be shown. */
export interface Place {
  /** What the terminal is known by, the same over all its connections. */
  readonly terminal: string;
  /** New for each connection, so that news of an old connection cannot hit the new one. */
  readonly connection: string;
}

export const samePlace = (a: Place, b: Place): boolean => a.connection === b.connection;
