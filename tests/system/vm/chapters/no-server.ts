/** A terminal whose server does not answer says so, and why. */
import { chapter, type Stage } from '../chapter.ts';
import { type OneMachine, openMachine } from '../one-machine.ts';

const NOBODY = '10.0.2.2:1';

export const noServer = chapter(
  'no-server',
  (stage: Stage) => openMachine(stage, { words: `wayray.server=${NOBODY}` }),
  { page },
);

async function page({ machine, screen }: OneMachine): Promise<void> {
  await machine.says(/no session yet/);
  await screen.shows(
    'noServer',
    `cannot connect to ${NOBODY}: nothing listens there. Trying again.`,
  );
  await screen.keep('no-server');
}
