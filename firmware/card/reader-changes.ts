import { ReaderFlag, type ReaderState } from '../../native/card/index.ts';

export type ReaderChange =
  | { readonly type: 'readerCame'; readonly reader: string }
  | { readonly type: 'readerWent'; readonly reader: string }
  | { readonly type: 'cardCame'; readonly reader: ReaderState }
  | { readonly type: 'cardWent'; readonly reader: string }
  /** The card stays; who else uses it has changed. */
  | { readonly type: 'cardShared'; readonly reader: ReaderState };

const has = (reader: ReaderState, flag: number) => (reader.flags & flag) !== 0;
export const isPresent = (reader: ReaderState) => has(reader, ReaderFlag.present);
export const isMute = (reader: ReaderState) => has(reader, ReaderFlag.mute);
export const isShared = (reader: ReaderState) =>
  has(reader, ReaderFlag.exclusive) || has(reader, ReaderFlag.inUse);

/**
 * What happened between two looks at all readers, cards that left before those that came. A card that is there in both, while the reader counts insertions or
 * removals in between, was out: another card may lie there now.
 */
export function readerChanges(
  before: readonly ReaderState[],
  after: readonly ReaderState[],
): ReaderChange[] {
  const old = new Map(before.map((reader) => [reader.name, reader]));
  const now = new Map(after.map((reader) => [reader.name, reader]));
  const went = before
    .filter((reader) => !now.has(reader.name))
    .flatMap((reader) => readerWent(reader));
  const changes = after.flatMap((reader) => changesOf(old.get(reader.name), reader));
  const isWent = ({ type }: ReaderChange) => type === 'cardWent';
  return [...went, ...changes.filter(isWent), ...changes.filter((change) => !isWent(change))];
}

function readerWent(reader: ReaderState): ReaderChange[] {
  const { name } = reader;
  const card: ReaderChange[] = isPresent(reader) ? [{ type: 'cardWent', reader: name }] : [];
  return [...card, { type: 'readerWent', reader: name }];
}

function changesOf(old: ReaderState | undefined, now: ReaderState): ReaderChange[] {
  const came: ReaderChange[] = isPresent(now) ? [{ type: 'cardCame', reader: now }] : [];
  if (!old) return [{ type: 'readerCame', reader: now.name }, ...came];
  if (!isPresent(old)) return came;
  if (isPresent(now) && old.events === now.events)
    return old.flags === now.flags ? [] : [{ type: 'cardShared', reader: now }];
  return [{ type: 'cardWent', reader: now.name }, ...came];
}
