import { PASSWORD } from '../../../appliance/sessd/rig.ts';
import { BUTTON, hasButton, hasText } from '../../../helpers/card-house.ts';
import type { Picture } from '../../../helpers/picture.ts';
import type { OneMachine } from '../one-machine.ts';

const button = (picture: Picture) => JSON.stringify(picture.bounds((rgb) => rgb === BUTTON));

export interface LogIn {
  readonly at: Pick<OneMachine, 'screen' | 'keyboard'>;
  readonly user: string;
}

/** Name and password, by the machine's keys; foot is there then. */
export async function logIn({ at: { screen, keyboard }, user }: LogIn): Promise<void> {
  const before = button(await screen.settled());
  await keyboard.type(`${user}\n`);
  // The name stands above the next question, and moves it.
  await screen.until(
    'the question for the password',
    (picture) => hasButton(picture) && button(picture) !== before,
  );
  await keyboard.type(PASSWORD);
  await screen.keep('password');
  await keyboard.press('Enter');
  await screen.until('a window', hasText);
  await screen.settled();
  await screen.keep('session');
}
