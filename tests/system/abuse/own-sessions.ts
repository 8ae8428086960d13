import type { House } from '../../helpers/house.ts';
import type { Picture } from '../../helpers/picture.ts';
import { coloursOf, giveLook, type OwnLook } from '../../helpers/recording/own-look.ts';
import type { RecordedTerminal } from '../../helpers/recording/recorded-terminal.ts';

/** People of a house by what their recorder calls them: nothing else on a screen has these colours. */
export const LOOKS = {
  ann: { paper: 0x7b2fd1, pointer: 0xd12f9a },
  ben: { paper: 0x1f8f4b, pointer: 0x8f7a1f },
} as const satisfies Record<string, OwnLook>;
export type Person = keyof typeof LOOKS;
export const PEOPLE: readonly Person[] = ['ann', 'ben'];

/** For recorders. */
export const COLOURS: ReadonlyMap<number, string> = new Map(
  PEOPLE.flatMap((name) => coloursOf(name, LOOKS[name])),
);

/** Makes a user of the machine with a look of their own. */
export function addPerson(house: House, name: Person): string {
  const user = house.users.add(name);
  giveLook(user, LOOKS[name]);
  return user;
}

/** Whose session it is, by what wrsrvd tells of users. */
export function personOf(user: string | undefined): Person | undefined {
  return PEOPLE.find((name) => user?.endsWith(name));
}

const isPaperOf = (name: Person) => (rgb: number) => rgb === LOOKS[name].paper;

/** Waits until somebody's window is seen, with their pointer, by the person and by the recorder. */
export async function seesOwn({ terminal, recorder }: RecordedTerminal, name: Person) {
  await terminal.shows('session');
  const shown = await terminal.until(
    `the window of ${name}`,
    (picture: Picture) => picture.share(isPaperOf(name)) > 0.05,
  );
  if (!recorder.current?.pixels.get(name)) throw new Error('the recorder does not see the window');
  return shown;
}
