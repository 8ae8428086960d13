/** A person with a card that is new, at a machine that boots, at another terminal, and back. */
import { whyNoCardHouse } from '../../../helpers/card-house.ts';
import { chapter, type Stage } from '../chapter.ts';
import { FIRST_USE, openDesk } from '../desk.ts';
import { backAtTheMachine } from '../steps/back-at-the-machine.ts';
import { cardIn } from '../steps/card-in.ts';
import { cardOut } from '../steps/card-out.ts';
import { insertCardPage } from '../steps/insert-card-page.ts';
import { logIn } from '../steps/log-in.ts';
import { otherTerminal } from '../steps/other-terminal.ts';
import { pointerMoved } from '../steps/pointer-moved.ts';
import { textTyped } from '../steps/text-typed.ts';

export const hotDesk = chapter(
  'hot-desk',
  (stage: Stage) => openDesk(stage, { policy: FIRST_USE, registered: false }),
  {
    insertCardPage,
    cardIn,
    logIn,
    textTyped,
    pointerMoved,
    cardOut,
    otherTerminal,
    backAtTheMachine,
  },
  whyNoCardHouse,
);
