/** Whatever can go wrong in front of a session, which is there again each time. */
import { whyNoCardHouse } from '../../../helpers/card-house.ts';
import { chapter, type Stage } from '../chapter.ts';
import { CARD_ALONE, openDesk } from '../desk.ts';
import { fullHd } from '../steps/full-hd.ts';
import { keyboardUnplugged } from '../steps/keyboard-unplugged.ts';
import { monitorChanged } from '../steps/monitor-changed.ts';
import { networkCut } from '../steps/network-cut.ts';
import { powerCut } from '../steps/power-cut.ts';
import { programKilled } from '../steps/program-killed.ts';
import { serverRestarted } from '../steps/server-restarted.ts';
import { sessionByCard } from '../steps/session-by-card.ts';

export const trouble = chapter(
  'trouble',
  (stage: Stage) => openDesk(stage, { policy: CARD_ALONE, registered: true }),
  {
    sessionByCard,
    keyboardUnplugged,
    monitorChanged,
    networkCut,
    serverRestarted,
    powerCut,
    fullHd,
    programKilled,
  },
  whyNoCardHouse,
);
