/** The codes of PC/SC that mean something to us; libpcsclite's numbers. */
export const PcscStatus = {
  ok: 0,
  cancelled: 0x80100002,
  invalidHandle: 0x80100003,
  insufficientBuffer: 0x80100008,
  unknownReader: 0x80100009,
  timeout: 0x8010000a,
  sharingViolation: 0x8010000b,
  noSmartCard: 0x8010000c,
  protocolMismatch: 0x8010000f,
  notReady: 0x80100010,
  communication: 0x80100013,
  notTransacted: 0x80100016,
  readerUnavailable: 0x80100017,
  noService: 0x8010001d,
  serviceStopped: 0x8010001e,
  noReaders: 0x8010002e,
  unsupportedCard: 0x80100065,
  unresponsiveCard: 0x80100066,
  unpoweredCard: 0x80100067,
  resetCard: 0x80100068,
  removedCard: 0x80100069,
} as const;
export type PcscStatus = (typeof PcscStatus)[keyof typeof PcscStatus];

const names = new Map<number, string>(
  Object.entries(PcscStatus).map(([name, code]) => [code, name]),
);

/** For logs, e.g. `sharingViolation` or `0x80100004`. */
export const pcscStatusName = (status: number): string =>
  names.get(status) ?? `0x${status.toString(16)}`;
