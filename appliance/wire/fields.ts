import { fields, list, oneOf, orNull, text, whole } from './check.ts';
import { answerMax, promptsMax } from './limits.ts';

export const id = text(/^[A-Za-z0-9_-]{1,64}$/, '1 to 64 letters, digits, _ or -');
export const terminal = text(/^[A-Za-z0-9._:-]{1,128}$/, '1 to 128 letters, digits or ._:-');
/** Of a session that can be chosen: the name of its file. */
export const sessionChoice = text(/^[a-z0-9-]{1,32}$/, '1 to 32 small letters, digits or -');
/** What a person typed or a card says: it need not be a name that can exist. */
export const userName = text(/^\P{C}{1,128}$/u, '1 to 128 characters, none of them a control');
/** What modules say is any text; the reader of it has to put up with it. */
export const words = text(/^[\s\S]{0,2048}$/, 'up to 2048 characters');
export const path = text(/^\/\P{Cc}{0,400}$/u, 'an absolute path');
export const uid = whole(0, 0xffff_fffe);
export const round = whole(0, 1000);
/** Lengths of the answers in bytes; the bytes stand in the frame's tail, one after the other. */
export const answers = list(orNull(whole(0, answerMax)), promptsMax);
export const prompts = list(
  fields({ style: oneOf('secret', 'visible', 'info', 'error'), text: words }),
  promptsMax,
);
export const size = fields({ width: whole(1, 16384), height: whole(1, 16384) });
