/** A person with a card, at a machine that boots and at another terminal; then whatever can go wrong. */
import { whyNoCardHouse } from '../../../helpers/card-house.ts';
import { chapter } from '../chapter.ts';
import { openDesk } from '../desk.ts';
import { backAtTheMachine } from '../steps/back-at-the-machine.ts';
import { cardIn } from '../steps/card-in.ts';
import { cardOut } from '../steps/card-out.ts';
import { insertCardPage } from '../steps/insert-card-page.ts';
import { keyboardUnplugged } from '../steps/keyboard-unplugged.ts';
import { logIn } from '../steps/log-in.ts';
import { monitorChanged } from '../steps/monitor-changed.ts';
import { networkCut } from '../steps/network-cut.ts';
import { otherTerminal } from '../steps/other-terminal.ts';
import { pointerMoved } from '../steps/pointer-moved.ts';
import { powerCut } from '../steps/power-cut.ts';
import { programKilled } from '../steps/program-killed.ts';
import { serverRestarted } from '../steps/server-restarted.ts';
import { textTyped } from '../steps/text-typed.ts';

const DAY = {
  insertCardPage,
  cardIn,
  logIn,
  textTyped,
  pointerMoved,
  cardOut,
  otherTerminal,
  backAtTheMachine,
};
const TROUBLE = {
  monitorChanged,
  keyboardUnplugged,
  programKilled,
  networkCut,
  serverRestarted,
  powerCut,
};

export const hotDesk = chapter('hot-desk', openDesk, { ...DAY, ...TROUBLE }, whyNoCardHouse);
/** The same up to where things go wrong. */
export const hotDeskDay = chapter('hot-desk-day', openDesk, DAY, whyNoCardHouse);
