import { PageKind } from '../../protocol/generated/control.ts';
import type { Page } from '../screens/page.ts';

/** Of the terminal's own pages those that somebody is waited for, or has asked for. */
const ASKED: readonly string[] = ['pin', 'pinBlocked', 'information'];

/** Whether a page is worth waking the monitors for: those about the connection come and go all night. */
export function isNews({ name }: Page, last: Page | null): boolean {
  return name !== last?.name && (Object.hasOwn(PageKind, name) || ASKED.includes(name));
}
